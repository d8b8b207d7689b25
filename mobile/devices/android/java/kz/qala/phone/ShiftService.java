package kz.qala.phone;

import android.app.Notification;
import android.app.NotificationChannel;
import android.app.NotificationManager;
import android.app.PendingIntent;
import android.app.Service;
import android.content.Context;
import android.content.Intent;
import android.content.pm.ServiceInfo;
import android.os.Build;
import android.os.IBinder;
import android.util.Log;

/**
 * Holds the notice of a shift in the app's own process, so that Android leaves the tracker and the outbox alone while the
 * screen is off, for mobile/devices/android/shift_notice.py. Never run on a device.
 *
 * It is begun by startService, not by startForegroundService: that one ends the app when the notice does not come in time,
 * and the app asks only while it is seen, when both are allowed.
 */
public class ShiftService extends Service {
    private static final String CHANNEL = "shift";
    private static final int NOTICE = 1;
    private static final String TITLE = "title";
    private static final String TEXT = "text";
    private static volatile boolean standing;

    /** Shows the notice soon; IllegalStateException while the app is not seen. */
    public static void start(Context context, String title, String text) {
        Intent intent = new Intent(context, ShiftService.class);
        intent.putExtra(TITLE, title);
        intent.putExtra(TEXT, text);
        context.startService(intent);
    }

    public static void stop(Context context) {
        context.stopService(new Intent(context, ShiftService.class));
    }

    /** Whether the notice stands now. */
    public static boolean stands() {
        return standing;
    }

    @Override
    public int onStartCommand(Intent intent, int flags, int startId) {
        if (intent == null) {
            stopSelf();
            return START_NOT_STICKY;
        }
        Notification notice = notice(intent.getStringExtra(TITLE), intent.getStringExtra(TEXT));
        try {
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
                startForeground(NOTICE, notice, ServiceInfo.FOREGROUND_SERVICE_TYPE_LOCATION);
            } else {
                startForeground(NOTICE, notice);
            }
            standing = true;
        } catch (IllegalStateException | SecurityException refused) {
            Log.w("qala", "the notice of the shift is not allowed now", refused);
            stopSelf();
        }
        return START_NOT_STICKY;
    }

    private Notification notice(String title, String text) {
        NotificationManager manager = getSystemService(NotificationManager.class);
        manager.createNotificationChannel(
            new NotificationChannel(CHANNEL, title, NotificationManager.IMPORTANCE_LOW));
        Intent open = getPackageManager().getLaunchIntentForPackage(getPackageName());
        PendingIntent tap = PendingIntent.getActivity(
            this, 0, open, PendingIntent.FLAG_IMMUTABLE | PendingIntent.FLAG_UPDATE_CURRENT);
        return new Notification.Builder(this, CHANNEL)
            .setSmallIcon(getApplicationInfo().icon)
            .setContentTitle(title)
            .setContentText(text)
            .setStyle(new Notification.BigTextStyle().bigText(text))
            .setContentIntent(tap)
            .setOngoing(true)
            .setVisibility(Notification.VISIBILITY_PUBLIC)
            .build();
    }

    @Override
    public void onDestroy() {
        standing = false;
        super.onDestroy();
    }

    @Override
    public IBinder onBind(Intent intent) {
        return null;
    }
}

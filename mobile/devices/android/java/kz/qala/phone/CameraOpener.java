package kz.qala.phone;

import android.content.Context;
import android.graphics.ImageFormat;
import android.graphics.Rect;
import android.graphics.YuvImage;
import android.hardware.camera2.CameraAccessException;
import android.hardware.camera2.CameraCaptureSession;
import android.hardware.camera2.CameraCharacteristics;
import android.hardware.camera2.CameraDevice;
import android.hardware.camera2.CameraManager;
import android.hardware.camera2.CaptureRequest;
import android.media.Image;
import android.media.ImageReader;
import android.os.Handler;
import android.os.HandlerThread;
import android.view.Surface;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;

/**
 * One camera with a stream of YUV images, for mobile/devices/android/camera.py. Never compiled, never run on a device.
 *
 * Java only because Camera2's callbacks are abstract classes, which pyjnius cannot extend.
 */
public class CameraOpener {
    private final CameraManager manager;
    private final boolean front;
    private final int width;
    private final int height;
    private final HandlerThread thread = new HandlerThread("qala-camera");
    private CameraDevice device;
    private ImageReader reader;
    private int turnDegrees;
    private boolean bootTime;
    private volatile boolean failed;
    private int previewWidth;
    private int previewHeight;

    public CameraOpener(Context context, boolean front, int width, int height) {
        this.manager = (CameraManager) context.getSystemService(Context.CAMERA_SERVICE);
        this.front = front;
        this.width = width;
        this.height = height;
    }

    /** Opens the first camera of this side; the app is in portrait, so the sensor's turn is the picture's. */
    public void open() {
        thread.start();
        Handler handler = new Handler(thread.getLooper());
        reader = ImageReader.newInstance(width, height, ImageFormat.YUV_420_888, 3);
        try {
            manager.openCamera(chosen(), new CameraDevice.StateCallback() {
                @Override public void onOpened(CameraDevice opened) {
                    device = opened;
                    stream(handler);
                }
                @Override public void onDisconnected(CameraDevice lost) {
                    lost.close();
                    failed = true;
                }
                @Override public void onError(CameraDevice broken, int error) {
                    broken.close();
                    failed = true;
                }
            }, handler);
        } catch (CameraAccessException | SecurityException | IllegalArgumentException error) {
            failed = true;
        }
    }

    private String chosen() throws CameraAccessException {
        int wanted = front ? CameraCharacteristics.LENS_FACING_FRONT : CameraCharacteristics.LENS_FACING_BACK;
        for (String id : manager.getCameraIdList()) {
            CameraCharacteristics known = manager.getCameraCharacteristics(id);
            Integer facing = known.get(CameraCharacteristics.LENS_FACING);
            if (facing != null && facing == wanted) {
                Integer turn = known.get(CameraCharacteristics.SENSOR_ORIENTATION);
                Integer source = known.get(CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE);
                turnDegrees = turn == null ? 0 : turn;
                bootTime = source != null
                    && source == CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME;
                return id;
            }
        }
        throw new IllegalArgumentException("no camera on this side");
    }

    private void stream(Handler handler) {
        Surface surface = reader.getSurface();
        try {
            CaptureRequest.Builder request = device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW);
            request.addTarget(surface);
            request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE);
            device.createCaptureSession(
                Collections.singletonList(surface), new CameraCaptureSession.StateCallback() {
                    @Override public void onConfigured(CameraCaptureSession session) {
                        try {
                            session.setRepeatingRequest(request.build(), null, handler);
                        } catch (CameraAccessException | IllegalStateException error) {
                            failed = true;
                        }
                    }
                    @Override public void onConfigureFailed(CameraCaptureSession session) {
                        failed = true;
                    }
                }, handler);
        } catch (CameraAccessException | IllegalStateException error) {
            failed = true;
        }
    }

    public void close() {
        if (device != null) {
            device.close();
        }
        if (reader != null) {
            reader.close();
        }
        thread.quitSafely();
    }

    public boolean failed() {
        return failed;
    }

    /** Whether images carry SystemClock.elapsedRealtimeNanos. */
    public boolean countsBootTime() {
        return bootTime;
    }

    /** The newest image, to be closed by whoever takes it; null when none has come. */
    public Image latest() {
        try {
            return reader.acquireLatestImage();
        } catch (IllegalStateException closed) {
            return null;
        }
    }

    public int previewWidth() {
        return previewWidth;
    }

    public int previewHeight() {
        return previewHeight;
    }

    /** Every so many pixels as red green blue, upright. */
    public byte[] rgb(Image image, int every) {
        Image.Plane[] planes = image.getPlanes();
        int columns = width / every;
        int rows = height / every;
        boolean aside = turnDegrees % 180 != 0;
        previewWidth = aside ? rows : columns;
        previewHeight = aside ? columns : rows;
        byte[] upright = new byte[3 * columns * rows];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int x = column * every;
                int y = row * every;
                int light = at(planes[0], x, y);
                int u = at(planes[1], x / 2, y / 2) - 128;
                int v = at(planes[2], x / 2, y / 2) - 128;
                int to = 3 * place(column, row, columns, rows);
                upright[to] = clipped(light + 1.402f * v);
                upright[to + 1] = clipped(light - 0.344f * u - 0.714f * v);
                upright[to + 2] = clipped(light + 1.772f * u);
            }
        }
        return upright;
    }

    private int place(int column, int row, int columns, int rows) {
        switch (turnDegrees) {
            case 90: return column * rows + (rows - 1 - row);
            case 180: return (rows - 1 - row) * columns + (columns - 1 - column);
            case 270: return (columns - 1 - column) * rows + row;
            default: return row * columns + column;
        }
    }

    private static int at(Image.Plane plane, int x, int y) {
        return plane.getBuffer().get(y * plane.getRowStride() + x * plane.getPixelStride()) & 0xFF;
    }

    private static byte clipped(float value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }

    /** The whole image as JPEG as the sensor saw it; `turn` says how to hold it upright. */
    public byte[] jpeg(Image image, int quality) {
        byte[] nv21 = new byte[width * height * 3 / 2];
        Image.Plane[] planes = image.getPlanes();
        ByteBuffer light = planes[0].getBuffer();
        for (int y = 0; y < height; y++) {
            light.position(y * planes[0].getRowStride());
            light.get(nv21, y * width, width);
        }
        int to = width * height;
        for (int y = 0; y < height / 2; y++) {
            for (int x = 0; x < width / 2; x++) {
                nv21[to++] = (byte) at(planes[2], x, y);
                nv21[to++] = (byte) at(planes[1], x, y);
            }
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        new YuvImage(nv21, ImageFormat.NV21, width, height, null)
            .compressToJpeg(new Rect(0, 0, width, height), quality, written);
        return written.toByteArray();
    }

    /** Degrees clockwise by which a picture must be turned to stand upright. */
    public int turn() {
        return turnDegrees;
    }
}

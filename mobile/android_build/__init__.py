"""What goes into the Android package, and what of it can be checked without the Android SDK. Runs on a desktop only.

``python -m mobile.android_build`` checks and lays the app's files out for buildozer; docs/android.md says how to go on.
"""

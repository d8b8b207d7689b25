"""The screens: Kivy only, one module and one .kv file each; what they say and do comes from mobile.models."""

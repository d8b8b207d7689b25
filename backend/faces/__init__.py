"""Faces: decode, detect, judge quality, encode and compare. Pure, and the only folder that knows dlib.

Nothing is imported here: ``backend.faces.pictures``, ``compare``, ``threshold`` and ``verifier`` are cheap
and may be imported anywhere; the 120 MB of models load on the first reading, in the process that reads (see
``dlib_models``).
"""

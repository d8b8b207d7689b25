"""Makes the recordings with espeak-ng; run by hand when a word changes: ``python -m mobile.voice.make_recordings``.

espeak-ng is a Debian package of that name (GPL 3; what it speaks is not covered by its licence). The app does not need it.
"""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mobile.voice.cues import Cue, recording
from shared.vocabulary import Language

RATE_HZ = 16_000
QUIET = 0.012  # of the loudest sample: silence at both ends is cut
MARGIN_S = 0.03
PEAK = 0.9
VOICES = {Language.RU: ("ru", 145), Language.KK: ("kk", 165), Language.EN: ("en-gb", 150)}
WORDS: dict[Cue, dict[Language, str]] = {
    Cue.LEFT: {Language.RU: "Голову налево", Language.KK: "Солға бұрыңыз", Language.EN: "Turn left"},
    Cue.RIGHT: {Language.RU: "Голову направо", Language.KK: "Оңға бұрыңыз", Language.EN: "Turn right"},
    Cue.UP: {Language.RU: "Посмотрите вверх", Language.KK: "Жоғары қараңыз", Language.EN: "Look up"},
    Cue.DOWN: {Language.RU: "Посмотрите вниз", Language.KK: "Төмен қараңыз", Language.EN: "Look down"},
    Cue.STRAIGHT: {
        Language.RU: "Смотрите прямо",
        Language.KK: "Тура қараңыз",
        Language.EN: "Look straight ahead",
    },
    Cue.STILL: {Language.RU: "Не двигайтесь", Language.KK: "Қозғалмаңыз", Language.EN: "Hold still"},
    Cue.THANKS: {Language.RU: "Спасибо", Language.KK: "Рақмет", Language.EN: "Thank you"},
    Cue.AGAIN: {Language.RU: "Ещё раз", Language.KK: "Тағы бір рет", Language.EN: "Once more"},
}

Sound = NDArray[np.float64]


def main() -> int:
    """Write every recording."""
    total = 0
    for cue, words in WORDS.items():
        for language, text in words.items():
            path = recording(cue, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            sound = trimmed(spoken(text, language))
            write(path, sound)
            total += path.stat().st_size
            print(f"{language.value} {cue.value:<9} {len(sound) / RATE_HZ:4.2f} s  «{text}»")
    print(f"{total / 1000:.0f} kB")
    return 0


def spoken(text: str, language: Language) -> Sound:
    """The text as espeak-ng says it, at RATE_HZ, between -1 and 1."""
    voice, words_a_minute = VOICES[language]
    command = ["espeak-ng", "-v", voice, "-s", str(words_a_minute), "-p", "45", "-g", "1", "--stdout", text]
    with wave.open(
        io.BytesIO(_streamed(subprocess.run(command, capture_output=True, check=True).stdout))
    ) as said:
        rate_hz = said.getframerate()
        samples = np.frombuffer(said.readframes(said.getnframes()), dtype="<i2").astype(float) / 32768
    return resampled(samples, rate_hz)


def _streamed(data: bytes) -> bytes:
    """espeak-ng does not know the length when it begins to write, so its header says too much."""
    sizes = (len(data) - 8).to_bytes(4, "little"), (len(data) - 44).to_bytes(4, "little")
    return data[:4] + sizes[0] + data[8:40] + sizes[1] + data[44:]


def resampled(samples: Sound, rate_hz: int) -> Sound:
    """At RATE_HZ: by the spectrum, so that nothing above half the new rate folds back."""
    length = round(len(samples) * RATE_HZ / rate_hz)
    spectrum = np.fft.rfft(samples)[: length // 2 + 1]
    return np.fft.irfft(spectrum, length) * (length / len(samples))


def trimmed(samples: Sound) -> Sound:
    """Without the silence at both ends, as loud as it may be."""
    loud = np.flatnonzero(np.abs(samples) > QUIET * np.abs(samples).max())
    margin = round(MARGIN_S * RATE_HZ)
    cut = samples[max(loud[0] - margin, 0) : loud[-1] + margin]
    return np.asarray(PEAK * cut / np.abs(cut).max())


def write(path: Path, samples: Sound) -> None:
    """One channel, 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    sys.exit(main())

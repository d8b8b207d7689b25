"""What the demonstration prints, in three languages; the reasons themselves come from the server in the same language."""

from __future__ import annotations

from shared.vocabulary import Language, Outcome

RU, KK, EN = Language.RU, Language.KK, Language.EN

WORDS: dict[str, dict[Language, str]] = {
    "phone": {RU: "Телефон", KK: "Телефон", EN: "Phone"},
    "task": {RU: "Задание", KK: "Тапсырма", EN: "Task"},
    "person": {RU: "Кого отмечают", KK: "Белгіленетін адам", EN: "Person"},
    "camera": {
        RU: "Кадры: голова, нарисованная с объёмом по одному общедоступному портрету и повёрнутая, как просит задание; о точности это не говорит",
        KK: "Кадрлар: бір жалпыға қолжетімді портрет бойынша көлеммен салынып, тапсырма сұрағандай бұрылған бас; дәлдік туралы айтпайды",
        EN: "Frames: a head drawn with depth from one public-domain portrait and turned as asked; this says nothing of accuracy",
    },
    "inside": {
        RU: "Тот человек, на месте работы",
        KK: "Сол адам, жұмыс орнында",
        EN: "The right person, at the place",
    },
    "outside": {
        RU: "Тот человек, в 200 м от места работы",
        KK: "Сол адам, жұмыс орнынан 200 м жерде",
        EN: "The right person, 200 m away",
    },
    "stranger": {
        RU: "Другой человек вместо него",
        KK: "Оның орнына басқа адам",
        EN: "Another person instead",
    },
    "printed": {
        RU: "Вместо него наклоняют его фотографию",
        KK: "Оның орнына фотосуреті еңкейтіледі",
        EN: "A printed photo of them is tilted instead",
    },
    "again": {
        RU: "Тот же набор движений использован второй раз",
        KK: "Сол қозғалыстар тапсырмасы екінші рет қолданылды",
        EN: "The same challenge is used a second time",
    },
    "wrong_way": {
        RU: "Тот человек, но поворачивает голову не туда",
        KK: "Сол адам, бірақ басын басқа жаққа бұрады",
        EN: "The right person turns the head the wrong way",
    },
    "other_key": {
        RU: "Подписано ключом другого устройства",
        KK: "Басқа құрылғының кілтімен қол қойылған",
        EN: "Signed with another device's key",
    },
    "no_strangers": {
        RU: "пропущено: фотографий других людей (faces/orl в QALA_DATA) на этой машине нет",
        KK: "өткізілді: басқа адамдардың суреттері (QALA_DATA ішіндегі faces/orl) бұл машинада жоқ",
        EN: "left out: the photos of other people (faces/orl in QALA_DATA) are not on this machine",
    },
    "not_received": {RU: "НЕ ПРИНЯТО", KK: "АЛЫНБАДЫ", EN: "NOT TAKEN"},
    "later": {RU: "ПОЗЖЕ", KK: "КЕЙІНІРЕК", EN: "LATER"},
    "pending": {RU: "ЖДЁТ РЕШЕНИЯ", KK: "ШЕШІМ КҮТУДЕ", EN: "PENDING"},
    "ledger": {RU: "журнал", KK: "журнал", EN: "ledger"},
    "seconds": {RU: "с", KK: "с", EN: "s"},
    "unexpected": {RU: "НЕ ТО, ЧЕГО ЖДАЛИ", KK: "КҮТІЛГЕН НӘТИЖЕ ЕМЕС", EN: "NOT WHAT WAS EXPECTED"},
    "summary": {RU: "Как ожидалось", KK: "Күтілгендей", EN: "As expected"},
    "no_task": {
        RU: "Сейчас нет задания с человеком, чьё лицо известно телефону: запустите `qala seed-demo`",
        KK: "Қазір телефон танитын адамы бар тапсырма жоқ: `qala seed-demo` іске қосыңыз",
        EN: "There is no task now with a person whose face this phone has: run `qala seed-demo`",
    },
    "not_enrolled": {
        RU: "Лицо ещё не зарегистрировано: рабочий процесс не закончил. Жду…",
        KK: "Бет әлі тіркелмеген: жұмыс процесі аяқтаған жоқ. Күтудемін…",
        EN: "The face is not enrolled yet: the worker has not finished. Waiting…",
    },
    "unreachable": {
        RU: "Сервер не отвечает: запущен ли `qala serve --demo`?",
        KK: "Сервер жауап бермейді: `qala serve --demo` іске қосылған ба?",
        EN: "The server does not answer: is `qala serve --demo` running?",
    },
}

OUTCOMES: dict[Outcome, dict[Language, str]] = {
    Outcome.ACCEPTED: {RU: "ПРИНЯТО", KK: "ҚАБЫЛДАНДЫ", EN: "ACCEPTED"},
    Outcome.TO_REVIEW: {RU: "НА ПРОВЕРКУ", KK: "ТЕКСЕРУГЕ", EN: "TO REVIEW"},
    Outcome.REFUSED: {RU: "ОТКАЗАНО", KK: "БАС ТАРТЫЛДЫ", EN: "REFUSED"},
}


def word(name: str, language: Language) -> str:
    """One text in a language."""
    return WORDS[name][language]

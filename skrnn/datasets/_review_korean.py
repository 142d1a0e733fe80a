"""The Korean movie reviews of `make_reviews`."""

from typing import NamedTuple

from ._review_grammar import Contrast, Grammar, scatter_negation, split_choices, swap

_HANGUL_START = ord("가")
_FINALS = 28  # syllables with the same initial and vowel, one for each final consonant
_FINAL_BIEUP = 17


class Noun(NamedTuple):
    """A noun with its particles, chosen by whether it ends in a consonant."""

    bare: str
    topic: str
    subject: str
    object: str


class Adjective(NamedTuple):
    """The forms of an adjective."""

    adnominal: str  # 지루한 (영화)
    quoted: str  # 지루하다고 (생각한다)
    claimed: str  # 지루하다는 (말)
    past: str  # 지루했다
    negatable: str  # 지루하지 (않다)


def inflect_noun(word):
    """Return a noun with its particles."""
    closed = (ord(word[-1]) - _HANGUL_START) % _FINALS != 0
    particles = ("은", "이", "을") if closed else ("는", "가", "를")
    return Noun(word, *(word + particle for particle in particles))


def inflect_adjective(word):
    """Return the forms of an adjective, given as in a dictionary."""
    stem, last = word[:-1], word[-2]
    quotative = "이라" if last == "이" else last + "다"
    if word in _IRREGULAR:
        adnominal, past = _IRREGULAR[word]
    elif last == "하":
        adnominal, past = stem[:-1] + "한", stem[:-1] + "했다"
    elif last == "이":
        adnominal, past = stem[:-1] + "인", stem + "었다"
    elif last in "있없":
        adnominal, past = stem + "는", stem + "었다"
    else:
        # A stem in ㅂ gives it up for 우: 흥미롭다, 흥미로운, 흥미로웠다.
        opened = stem[:-1] + chr(ord(last) - _FINAL_BIEUP)
        adnominal, past = opened + "운", opened + "웠다"
    quoted = stem[:-1] + quotative
    return Adjective(adnominal, quoted + "고", quoted + "는", past, stem + "지")


_IRREGULAR = {
    "좋다": ("좋은", "좋았다"),
    "나쁘다": ("나쁜", "나빴다"),
    "멋지다": ("멋진", "멋졌다"),
    "뛰어나다": ("뛰어난", "뛰어났다"),
    "세련되다": ("세련된", "세련됐다"),
    "어설프다": ("어설픈", "어설펐다"),
    "느리다": ("느린", "느렸다"),
}


class Deed(NamedTuple):
    """Something the reviewer did or did not do: "원작은 (안) 읽었다"."""

    thing: str
    verb: str


_ADJECTIVES = {
    "good": """
        재미있다 | 훌륭하다 | 감동적이다 | 신선하다 | 탄탄하다 | 섬세하다 | 아름답다 | 매력적이다
        | 완벽하다 | 짜릿하다 | 따뜻하다 | 인상적이다 | 유쾌하다 | 뛰어나다 | 흥미롭다 | 자연스럽다
        | 사랑스럽다 | 멋지다 | 좋다 | 치밀하다 | 경쾌하다 | 생생하다 | 독창적이다 | 강렬하다
        | 세련되다
    """,
    "bad": """
        지루하다 | 유치하다 | 어색하다 | 진부하다 | 산만하다 | 허술하다 | 재미없다 | 답답하다
        | 실망스럽다 | 억지스럽다 | 촌스럽다 | 형편없다 | 식상하다 | 뻔하다 | 조잡하다 | 지저분하다
        | 따분하다 | 밋밋하다 | 엉성하다 | 나쁘다 | 어설프다 | 난해하다 | 느슨하다 | 싱겁다
        | 부자연스럽다
    """,
    # Only short and common adjectives take the short negation with 안.
    "goodshort": "좋다 | 신선하다 | 재미있다 | 따뜻하다 | 멋지다 | 새롭다",
    "badshort": "지루하다 | 유치하다 | 어색하다 | 나쁘다 | 뻔하다 | 답답하다 | 느리다",
}

_NOUNS = {
    "aspect": """
        연기 | 줄거리 | 대본 | 연출 | 음악 | 촬영 | 결말 | 대사 | 편집 | 전개 | 초반부 | 후반부
        | 화면 | 분위기 | 각본 | 영상 | 무대 | 조연 | 음향 | 장면 | 설정 | 이야기 | 구성 | 마무리
        | 주인공
    """,
    "friend": "친구 | 동생 | 언니 | 아버지 | 옆자리 관객 | 평론가 | 직장 동료",
}

_WORDS = {
    "however": "하지만 | 그러나 | 그런데 | 그렇지만",
    "degree": "| | 아주 | 정말 | 꽤 | 무척",
    "aside": """
        | | 초반부터 | 내내 | 곳곳에서 | 처음부터 끝까지 | 극장에서 볼 때 | 마지막까지
        | 여러 군데에서
    """,
    "manner": "| | 솔직히 | 확실히 | 내가 보기에 | 분명히 | 다시 생각해도",
    "genre": "| 공포 | 가족 | 음악 | 범죄 | 시대극 | 학원 | 전쟁 | 성장",
    "day": "월요일 | 화요일 | 수요일 | 목요일 | 금요일 | 토요일 | 일요일",
    "company": "혼자 | 동생과 | 친구와 | 부모님과 | 동료 둘과",
    "place": "동네 극장에서 | 집에서 | 비행기에서 | 영화제에서 | 시내 극장에서 | 야외에서",
    "hour": "다섯 | 여섯 | 일곱 | 여덟 | 아홉 | 열",
    "length": "한 시간 반 | 두 시간 | 두 시간 반 | 거의 세 시간",
    "decade": "오십년대 | 육십년대 | 칠십년대 | 팔십년대 | 구십년대",
    "town": "부산 | 서울 | 강릉 | 작은 어촌 | 국경 마을 | 런던",
}

_DEEDS = (
    Deed("원작은", "읽었다"),
    Deed("예고편은", "봤다"),
    Deed("전편은", "봤다"),
    Deed("평은", "찾아봤다"),
    Deed("팝콘은", "먹었다"),
    Deed("표는", "미리 샀다"),
)

_REMARKS = (
    "지난 {day} 저녁에 {company} 봤다.",
    "{place} 봤다.",
    "{company} {place} 보고 왔다.",
    "상영 시간은 {length} 정도다.",
    "배경은 {decade} {town} 근처다.",
    "상영은 {hour} 시에 시작했다.",
    "{decade} 소설이 원작이다.",
    "같은 감독이 {town} 근처에서 단편도 두 편 찍었다.",
    "한여름에 {town} 근처에서 촬영했다.",
    "{day} 마지막 회차였다.",
)

# Whether the claim about the film is turned round hangs on where 안 stands. The
# second value says whether the frame affirms the claim.
_FRAMES = (
    ("{aspect.subject} <안> {SLOT.claimed} 말은 사실이다. {deed.thing} (안) {deed.verb}.", True),
    (
        "{aspect.subject} <안> {SLOT.claimed} 말은 사실이 아니다. {deed.thing} (안) {deed.verb}.",
        False,
    ),
    (
        "{deed.thing} (안) {deed.verb}. {aspect.subject} <안> {SLOT.claimed} 말은 사실이 아니다.",
        False,
    ),
)

_PATTERNS = {
    "contrast": [
        swap(
            "{aspect.topic} {aside} {degree} {bad.past}."
            " {however} {aspect2.topic} {aside2} {degree2} {good.past}."
        ),
        swap("{manner} {bad.adnominal} 점도 있지만 {good.adnominal} 점이 훨씬 더 많다."),
        swap(
            "{bad.adnominal} {genre} 영화라고들 하지만"
            " 나에게는 {manner} {good.adnominal} {genre} 영화였다."
        ),
        swap(
            "{aspect.subject} {manner} {bad.adnominal} 것은 사실이지만"
            " {aspect2.subject} {good.adnominal} 것이 더 크게 다가왔다."
        ),
    ],
    "concession": [
        swap(
            "{bad.adnominal} {aspect.bare}에도 불구하고"
            " {manner} {good.adnominal} {genre} 영화였다."
        ),
        swap(
            "비록 {aspect.topic} {bad.adnominal} 편이었지만"
            " {manner} {good.adnominal} {genre} 영화로 남았다."
        ),
    ],
    "correction": [
        swap("{bad.adnominal} {genre} 영화가 아니라 {manner} {good.adnominal} {genre} 영화였다."),
        swap(
            "{aspect.topic} 안 {badshort.past}. {manner} {degree} {goodshort.past}.",
            "{aspect.topic} {manner} {degree} {goodshort.past}. 안 {badshort.past}.",
        ),
        swap("{bad.quoted} 생각하지 않는다. {manner} {good.quoted} 생각한다."),
        swap("아무도 {bad.quoted} 하지 않았고 {manner} 모두가 {good.quoted} 했다."),
    ],
    "scope": [
        Contrast(
            (
                "나는 {aspect.object} 가장 중요하게 본다."
                " {aspect.subject} 아니라 {aspect2.subject} {good.past}.",
            ),
            (
                "나는 {aspect.object} 가장 중요하게 본다."
                " {aspect2.subject} 아니라 {aspect.subject} {good.past}.",
            ),
        ),
        Contrast(
            (
                "나는 {aspect.object} 가장 중요하게 본다."
                " {aspect2.subject} 아니라 {aspect.subject} {bad.past}.",
            ),
            (
                "나는 {aspect.object} 가장 중요하게 본다."
                " {aspect.subject} 아니라 {aspect2.subject} {bad.past}.",
            ),
        ),
    ],
    "double negation": [
        *(
            scatter_negation(frame.replace("SLOT", slot), 1, positive=affirms == good)
            for frame, affirms in _FRAMES
            for slot, good in [("goodshort", True), ("badshort", False)]
        ),
        swap("{good.negatable} 않은 것은 아니다. {manner} {bad.negatable} 않다는 말이다."),
        swap("{good.quoted} 하지 않을 수 없고 {manner} {bad.quoted} 할 수는 없다."),
    ],
    "comparison": [
        swap("{bad.adnominal} 쪽보다 {manner} {good.adnominal} 쪽에 가깝다."),
        swap("{bad.adnominal} 장면보다 {good.adnominal} 장면이 {manner} 훨씬 많았다."),
    ],
    "expectation": [
        swap(
            "{bad.adnominal} {genre} 영화일 줄 알았는데"
            " {manner} {good.adnominal} {genre} 영화였다."
        ),
        swap(
            "{bad.adnominal} {genre} 영화를 예상했는데"
            " {manner} {good.adnominal} {genre} 영화를 보고 나왔다."
        ),
        swap("{aspect.subject} {bad.quoted} 들었는데 직접 보니 {manner} {good.quoted} 할 만했다."),
    ],
    "change of mind": [
        swap("처음에는 {aspect.subject} {bad.quoted} 생각했는데 나중에는 {good.quoted} 생각했다."),
        swap(
            "전에는 {bad.adnominal} {genre} 영화로 기억했지만"
            " 이제는 {good.adnominal} {genre} 영화로 기억한다."
        ),
    ],
    "point of view": [
        swap(
            "{friend.topic} {aspect.subject} {bad.quoted} 했고 나는 {good.quoted} 했다.",
            "나는 {aspect.subject} {good.quoted} 했고 {friend.topic} {bad.quoted} 했다.",
        ),
    ],
    "exception": [
        swap(
            "{good.adnominal} {genre} 영화에서 유일하게"
            " {bad.adnominal} 것은 {aspect.bare}뿐이었다."
        ),
        swap("{aspect.object} 빼면 {bad.adnominal} 데가 드물고 {good.adnominal} 데가 흔했다."),
    ],
}


def _inflect_choices():
    choices = {"deed": _DEEDS}
    for forms, inflect in [
        (_ADJECTIVES, inflect_adjective),
        (_NOUNS, inflect_noun),
        (_WORDS, str),
    ]:
        for slot, text in forms.items():
            choices[slot] = [inflect(word) for word in split_choices(text)]
    return choices


KOREAN = Grammar(choices=_inflect_choices(), patterns=_PATTERNS, remarks=_REMARKS)

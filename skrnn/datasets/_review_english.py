"""The English movie reviews of `make_reviews`."""

from ._review_grammar import Contrast, Grammar, scatter_negation, split_choices, swap

_CHOICES = {
    "good": """
        brilliant | clever | charming | moving | gripping | witty | inspired | superb | polished
        | graceful | memorable | original | convincing | lively | tender | wonderful | delightful
        | touching | stunning | refreshing | impressive | intelligent | excellent | beautiful
        | compelling | thrilling | imaginative | elegant | heartfelt | masterful
    """,
    "bad": """
        dull | clumsy | tedious | bland | predictable | shallow | lifeless | messy | awkward
        | forgettable | lazy | wooden | confusing | pointless | irritating | dreadful | terrible
        | boring | silly | incoherent | stale | hollow | sloppy | tiresome | ridiculous
        | disappointing | embarrassing | mediocre | dreary | annoying
    """,
    "goodthing": "triumph | masterpiece | gem | joy | treat | success",
    "badthing": "flop | disaster | mess | failure | letdown | bore",
    "goodverb": "loved | adored | enjoyed | admired | liked | praised",
    "badverb": "hated | loathed | disliked | detested | despised | resented",
    "aspect": """
        plot | acting | script | dialogue | story | pacing | soundtrack | photography | ending
        | opening | casting | editing | direction | lighting | humour | camera work | final act
        | love story | score | premise | narration | set design | main character | villain
        | middle part | screenplay
    """,
    "film": "film | movie | picture | feature | remake | sequel",
    "was": "was | was | felt | seemed | turned out",
    "degree": "| | | really | truly | genuinely",
    "aside": """
        | | in places | from start to finish | for long stretches | most of the time
        | in the second half | in nearly every scene | for the first hour
        | as far as I could tell | in the version that we saw
    """,
    "friend": """
        my sister | my brother | my neighbour | the critic next to me | most of the audience
        | everyone else | my father | an old friend | half of the room
    """,
    "done": """
        read the book | seen the trailer | heard of the director | planned to see it
        | been to that cinema before | watched the first part | talked to a friend about it
        | looked at the reviews
    """,
    "day": "Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday",
    "company": """
        on my own | with my sister | with two colleagues | with my parents | with a friend
    """,
    "place": """
        at the small cinema downtown | at home | on a long flight | at a festival
        | in the big multiplex | on my laptop | at the open air cinema
    """,
    "hour": "five | six | seven | eight | nine | ten",
    "length": "ninety minutes | two hours | a little over two hours | nearly three hours",
    "decade": "fifties | sixties | seventies | eighties | nineties",
    "town": "Lisbon | Chicago | Seoul | a fishing village | a border town | Prague",
}

_REMARKS = (
    "I saw it on a {day} {company}.",
    "I watched it {place}.",
    "We saw it {place} on a {day} evening.",
    "It runs for {length}.",
    "The story is set in {town}, in the {decade}.",
    "The screening began at {hour} and there were trailers first.",
    "It is based on a novel from the {decade}.",
    "The same director made two short films in {town}.",
    "The {film} was shot in {town} over one summer.",
    "I went {company}.",
)

# Whether the sentence about the film is turned round hangs on where "not" stands.
_FRAMES = (
    "it is <not> true that the {aspect} was <not> SLOT, and I had (not) {done}.",
    "I had (not) {done}, and it is <not> true that the {aspect} was <not> SLOT.",
    "I would <not> say that the {aspect} was <not> SLOT, and I had (not) {done}.",
)

_PATTERNS = {
    "contrast": [
        swap(
            "the {aspect} {was} {degree} {bad} {aside},"
            " but the {aspect2} {was2} {degree2} {good} {aside2}."
        ),
        swap(
            "I could go on about the {bad} {aspect} {aside},"
            " but what stays with me is the {good} {aspect2}."
        ),
    ],
    "concession": [
        swap(
            "although the {aspect} {was} {bad} {aside}, the {aspect2} {was2} {good} {aside2}.",
            "the {aspect2} {was2} {good} {aside2}, although the {aspect} {was} {bad} {aside}.",
        ),
        swap(
            "despite the {bad} {aspect} {aside}, the {film} {was} {good} {aside2}.",
            "the {film} {was} {good} {aside2}, despite the {bad} {aspect} {aside}.",
        ),
    ],
    "correction": [
        swap(
            "the {aspect} was not {degree} {bad} {aside}, it was {degree2} {good}.",
            "the {aspect} was {degree} {good} {aside}, it was not {degree2} {bad}.",
        ),
        swap(
            "this was a {goodthing}, not a {badthing}.",
            "not a {badthing}, this was a {goodthing}.",
        ),
        swap("nobody called the {aspect} {bad} {aside}, and everybody called it {good}."),
        swap("I would call the {aspect} {good} {aside} rather than {bad}."),
    ],
    "scope": [
        Contrast(
            ("I only care about the {aspect}: the {aspect2} was {good}, not the {aspect}.",),
            ("I only care about the {aspect}: the {aspect} was {good}, not the {aspect2}.",),
        ),
        Contrast(
            ("I only care about the {aspect}: the {aspect} was {bad}, not the {aspect2}.",),
            ("I only care about the {aspect}: the {aspect2} was {bad}, not the {aspect}.",),
        ),
        Contrast(
            ("the {aspect} was only {good}, but not {good2}.",),
            ("the {aspect} was not only {good}, but {good2}.",),
        ),
    ],
    "double negation": [
        scatter_negation(frame.replace("SLOT", slot), count, positive=slot == "{good}")
        for frame in _FRAMES
        for slot in ("{good}", "{bad}")
        for count in (1, 2)
    ],
    "comparison": [
        swap("the {film} was far more {good} {aside} than {bad}."),
        swap("I found the {aspect} less {bad} {aside} than {good}."),
        swap("{good} is a better word for the {aspect} than {bad}."),
    ],
    "expectation": [
        swap("I expected the {aspect} to be {bad} {aside} and found it {degree} {good}."),
        swap("I found the {aspect} {degree} {good}, having expected it to be {bad} {aside}."),
        swap("the trailer promised a {badthing}, and the {film} was a {goodthing} {aside}."),
        swap("anyone who calls the {aspect} {bad} {aside} is wrong, because it was {good}."),
    ],
    "change of mind": [
        swap(
            "at first the {aspect} seemed {bad} {aside}; in the end it seemed {degree} {good}.",
            "in the end it seemed {degree} {good}; at first the {aspect} seemed {bad} {aside}.",
        ),
        swap("I used to think that the {film} was {bad} {aside}, and now I think it is {good}."),
    ],
    "point of view": [
        swap(
            "{friend} {badverb} the {aspect} {aside}, while I {goodverb} it.",
            "I {goodverb} the {aspect} {aside}, while {friend} {badverb} it.",
        ),
        swap(
            "{friend} found it {bad} {aside}, and I found it {good}.",
            "I found it {good} {aside}, and {friend} found it {bad}.",
        ),
    ],
    "exception": [
        swap("the {aspect} was the only {bad} thing in a {film} full of {good} ones."),
        swap("apart from the {bad} {aspect} {aside}, the {film} was {degree} {good}."),
    ],
}

ENGLISH = Grammar(
    choices={slot: split_choices(text) for slot, text in _CHOICES.items()},
    patterns=_PATTERNS,
    remarks=_REMARKS,
)

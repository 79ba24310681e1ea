"""The kind of an annotated instance, by its supercategory or, where that is not known, by its name."""

from transforms.edits.language.people import names_people

GROUPS = {
    "person": "person", "people": "person", "human": "person",
    "animal": "animal", "animals": "animal", "pet": "animal", "bird": "animal",
    "vehicle": "vehicle", "vehicles": "vehicle", "transport": "vehicle", "transportation": "vehicle",
    "food": "food", "foods": "food", "fruit": "food", "fruits": "food", "vegetable": "food", "vegetables": "food",
}  # fmt: skip
"""Supercategory in small letters -> kind."""
CLOTHING = frozenset({"tie", "necktie"})
ANIMALS = frozenset({
    "alligator", "alpaca", "animal", "antelope", "ape", "bear", "bee", "beetle", "bird", "bison", "bull",
    "butterfly", "calf", "camel", "cat", "chicken", "cow", "crab", "crocodile", "deer", "dog", "dolphin",
    "donkey", "dove", "dragonfly", "duck", "duckling", "eagle", "elephant", "elk", "falcon", "fish", "flamingo",
    "fox", "frog", "gazelle", "giraffe", "goat", "goldfish", "goose", "gorilla", "gull", "hamster", "hen",
    "heron", "hippopotamus", "horse", "jaguar", "kangaroo", "kitten", "koala", "ladybug", "lamb", "leopard",
    "lion", "lizard", "llama", "monkey", "moose", "mouse", "octopus", "ostrich", "owl", "ox", "panda",
    "parakeet", "parrot", "peacock", "pelican", "penguin", "pig", "pigeon", "pony", "puffin", "puppy", "rabbit",
    "raccoon", "rat", "rhinoceros", "rooster", "seagull", "seahorse", "seal", "shark", "sheep", "snail",
    "snake", "sparrow", "spider", "squirrel", "starfish", "swan", "tiger", "toad", "tortoise", "turtle",
    "vulture", "whale", "wolf", "zebra",
})  # fmt: skip
VEHICLES = frozenset({
    "aeroplane", "airplane", "ambulance", "bicycle", "bike", "boat", "bus", "canoe", "car", "coach",
    "ferry", "helicopter", "jeep", "kayak", "limousine", "locomotive", "lorry", "minivan", "moped", "motorbike",
    "motorcycle", "plane", "rocket", "sailboat", "school bus", "scooter", "ship", "submarine", "SUV", "taxi", "tractor",
    "train", "tram", "tricycle", "truck", "van", "vehicle", "wagon", "yacht",
})  # fmt: skip
FOOD = frozenset({
    "apple", "apricot", "asparagus", "avocado", "bagel", "banana", "blueberry", "bread", "broccoli", "burger",
    "burrito", "cake", "candy", "carrot", "cauliflower", "cheese", "cherry", "cookie", "corn", "croissant",
    "cucumber", "cupcake", "doughnut", "donut", "egg", "food", "fruit", "grape", "hamburger", "hot dog", "kiwi",
    "lemon", "lettuce", "lime", "mango", "meat", "melon", "muffin", "mushroom", "noodle", "onion", "orange",
    "pancake", "pasta", "peach", "pear", "pepper", "pie", "pineapple", "pizza", "potato", "pumpkin", "rice",
    "salad", "sandwich", "sausage", "soup", "steak", "strawberry", "sushi", "taco", "tomato", "waffle",
    "watermelon", "zucchini",
})  # fmt: skip
_BY_NAME = dict.fromkeys(FOOD, "food") | dict.fromkeys(VEHICLES, "vehicle") | dict.fromkeys(ANIMALS, "animal")


_THINGS = frozenset(
    {"outdoor", "accessory", "sports", "kitchen", "furniture", "electronic", "appliance", "indoor", "clothing"}
)
"""Supercategories that hold things alone, whatever these are called."""
_FIGURES = frozenset({"teddy", "toy", "stuffed", "rubber", "gummy", "computer"})
"""First words of what only looks like an animal, or is only called like one."""


def kind_of(name: str, group: str) -> str:
    """Return person, clothing, animal, vehicle, food or thing.

    Args:
        name: as it is said (`transforms.sources.coco.names`).
        group: supercategory as written in the file, "-" for none.
    """
    by_group = GROUPS.get(group.strip().lower().rpartition("--")[2], "")
    if by_group == "person" or names_people(name):
        return "person"
    if name in CLOTHING:
        return "clothing"
    if by_group:
        return by_group
    words = name.split(" ")
    if group.strip().lower() in _THINGS or words[0] in _FIGURES:
        return "thing"
    return next((_BY_NAME[word] for word in (name, name.removesuffix("s"), words[-1]) if word in _BY_NAME), "thing")

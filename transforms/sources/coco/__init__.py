"""Photos with instance annotations in the format of COCO: real things and people, with their outlines."""

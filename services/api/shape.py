"""How bodies look: nothing unknown is accepted, nothing is turned from one type into another, money is text."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", strict=True, str_max_length=2000)


class Answer(BaseModel):
    """What a client gets; `from_attributes` reads our frozen dataclasses."""

    model_config = ConfigDict(from_attributes=True)


class Asked(BaseModel):
    """What a client asks for in the query string: text by nature, so numbers and words are read from it."""

    model_config = ConfigDict(extra="forbid", str_max_length=2000)

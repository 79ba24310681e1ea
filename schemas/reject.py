"""A file or candidate that was set aside: one row, with its reason, never a silent drop."""

from pydantic import BaseModel, ConfigDict

from schemas.vocabulary import RejectClass, RejectLevel


class Reject(BaseModel):
    """One row of `rejected.parquet`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    level: RejectLevel
    key: str
    """Candidate key, or the file's name relative to the sources for level `file`."""
    name: str
    """Name of the source file the row is about."""
    stage: str
    """decode, dedup, plan, render, encode, regions, judge, filter, quota, ..."""
    reason: str
    """Short snake_case reason, the unit of counting."""
    reject_class: RejectClass
    """error: a step raised; filter: a rule said no; duplicate; quota."""
    detail: str = "-"
    """One line for a person, with the values that decided."""

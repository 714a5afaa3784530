"""Links from one paper to another: a link for whoever may open it, its words alone for everybody else."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse


def address_or_none(name: str, *args: Any) -> str | None:
    """The address of a page, or None where no such page is installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


def link(paper: Any, words: Any = "") -> Any:
    """A paper as a cell or a fact that leads to it; its words alone where it has no page."""
    return link_to(paper, address_or_none(f"{paper._meta.model_name}_detail", paper.pk), words)


def link_to(row: Any, address: str | None, words: Any = "") -> Any:
    """The same for any row with visible_to and a page at this address."""
    said = str(words or row)
    return {"value": said, "url": address, "paper": row} if address else said


def opened_for(values: Iterable[Any], user: Any) -> list[Any]:
    """The values, where links to what this person may not open became plain words; one query for each kind."""
    found, wanted = list(values), defaultdict(set)
    for value in found:
        if (paper := _paper_of(value)) is not None:
            wanted[type(paper)].add(paper.pk)
    known: dict[Any, set[int]] = {
        model: set(model._default_manager.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
        for model, keys in wanted.items()
    }
    return [_words_unless_open(value, known) for value in found]


def _paper_of(value: Any) -> Any:
    return value.get("paper") if isinstance(value, dict) else None


def _words_unless_open(value: Any, known: dict[Any, set[int]]) -> Any:
    paper = _paper_of(value)
    return value if paper is None or paper.pk in known[type(paper)] else value["value"]


def opened_facts(facts: list[tuple[Any, Any]], user: Any) -> list[tuple[Any, Any]]:
    """The same for (label, value) pairs."""
    labels = [label for label, _value in facts]
    return list(zip(labels, opened_for((value for _label, value in facts), user), strict=True))


def opened_rows(rows: list[dict[str, Any]], user: Any) -> list[dict[str, Any]]:
    """The same for the cells of lines."""
    cells = iter(opened_for([cell for row in rows for cell in row["cells"]], user))
    return [{**row, "cells": [next(cells) for _cell in row["cells"]]} for row in rows]

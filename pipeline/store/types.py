"""Column types that mean the same on SQLite and PostgreSQL."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[dt.datetime]):
    """An aware instant, kept in UTC; naive ones are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Convert to UTC; SQLite keeps no zone, so it gets a naive UTC value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive instant")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Give back an aware instant in UTC."""
        del dialect
        if value is None:
            return None
        instant: dt.datetime = value
        return instant.replace(tzinfo=instant.tzinfo or dt.UTC).astimezone(dt.UTC)


class Hundredths(TypeDecorator[Decimal]):
    """A decimal with two places, kept as an exact count of hundredths."""

    impl = sa.SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuse more than two decimals rather than round."""
        del dialect
        if value is None:
            return None
        scaled = Decimal(value).scaleb(2)
        if scaled != int(scaled):
            raise ValueError("more than two decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """`Decimal('11.50')` for 1150."""
        del dialect
        return None if value is None else Decimal(value).scaleb(-2)


def word(enum: type[StrEnum], name: str) -> sa.Enum:
    """An enum kept as its word, checked by the database, the same on both dialects."""
    return sa.Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=name,
        values_callable=lambda e: [member.value for member in e],
        length=20,
    )

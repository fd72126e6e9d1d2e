"""The settings, read once at the doors from `LSLPRO_…` variables and handed down."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline import secret_key
from pipeline.embedded import broker
from pipeline.errors import SettingsRefused

_SITE = re.compile(r"https?://([\w.-]+|\[[0-9a-f:]+\])(:\d{1,5})?/?", re.ASCII | re.IGNORECASE)


class Settings(BaseSettings):
    """With nothing set, everything lives in `./lslpro-data`."""

    model_config = SettingsConfigDict(
        env_prefix="LSLPRO_", extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    home: Path = Path("lslpro-data")
    database_url: str = Field(
        default="", validation_alias=AliasChoices("LSLPRO_DATABASE_URL", "DATABASE_URL")
    )
    broker_url: str = Field(
        default="", validation_alias=AliasChoices("LSLPRO_BROKER_URL", "BROKER_URL")
    )
    broker_prefix: str = "lslpro:"
    artifacts: Path | None = None
    editor_name: str = Field(default="EDITEUR-NON-ACCREDITE", min_length=1)
    application_name: str = Field(default="LSLPRO", min_length=1, max_length=50)
    default_profile: str = "lslpro-draft-1"
    timezone: str = "Europe/Paris"
    nightly_at: dt.time = dt.time(1, 30)
    lease_s: int = Field(default=60, ge=5)
    retention_days: int = Field(default=0, ge=0)
    pfmp_synthesis_limit: int = Field(default=300, ge=1, le=10_000)
    web_address: str = Field(default="127.0.0.1", min_length=1)
    web_port: int = Field(default=8000, ge=1, le=65_535)
    given_public_url: str = Field(default="", validation_alias="LSLPRO_PUBLIC_URL")
    given_secret_key: str = Field(default="", validation_alias="LSLPRO_SECRET_KEY", repr=False)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("fuseau horaire inconnu") from error
        return name

    @field_validator("nightly_at")
    @classmethod
    def _on_the_wall_clock(cls, at: dt.time) -> dt.time:
        if at.tzinfo is not None:
            raise ValueError("donnez une heure sans fuseau : LSLPRO_TIMEZONE le dit")
        return at

    @field_validator("broker_url")
    @classmethod
    def _readable_broker(cls, url: str) -> str:
        if url and not broker.is_address(url):
            raise ValueError("donnez une adresse redis:// ou rediss://")
        return url

    @field_validator("given_public_url")
    @classmethod
    def _address_of_a_site(cls, url: str) -> str:
        if url and not _SITE.fullmatch(url):
            raise ValueError("donnez https://nom, sans chemin : les pages sont à la racine")
        return url.rstrip("/")

    @field_validator("given_secret_key")
    @classmethod
    def _long_enough(cls, key: str) -> str:
        if key and len(key) < secret_key.SHORTEST:
            raise ValueError(f"donnez {secret_key.SHORTEST} caractères au moins, pris au hasard")
        return key

    @property
    def public_url(self) -> str:
        """Where people reach the pages, without a slash at the end."""
        return self.given_public_url or f"http://127.0.0.1:{self.web_port}"

    @property
    def secret_key(self) -> str:
        """The key given, or the home folder's, made at its first use."""
        return self.given_secret_key or secret_key.kept_in(self.home.absolute())

    @property
    def embedded_broker(self) -> bool:
        """Whether the product runs its own broker."""
        return not self.broker_url

    @property
    def effective_broker_url(self) -> str:
        """The broker given, or the embedded one's socket."""
        return self.broker_url or broker.broker_url(self.home)

    @property
    def effective_database_url(self) -> str:
        """The database given, or SQLite in the home folder."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'lslpro.db'}"

    @property
    def artifacts_folder(self) -> Path:
        """Where the files are kept."""
        return (self.artifacts or self.home / "artifacts").absolute()


def read_settings() -> Settings:
    """Read the environment. Raises SettingsRefused, naming the variable and never its value."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{_variable(fault['loc'])} : {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise SettingsRefused(f"Réglage refusé : {faults}") from None


def _variable(place: tuple[int | str, ...]) -> str:
    """The name with our prefix; a setting that has another name too is placed under that."""
    name = "_".join(map(str, place)).upper().removeprefix("LSLPRO_")
    return f"LSLPRO_{name}"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings()

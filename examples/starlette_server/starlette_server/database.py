"""What the server keeps: nine tables, in a file of SQLite or in memory. Times are microseconds since 1970."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    """What the tables have in common: nothing but their metadata."""


class Setting(Base):
    """A value that a restart must not change, such as the signing key."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Organization(Base):
    """An organization. `made` if a state made it, so that a test may do anything to it."""

    __tablename__ = "organizations"
    id: Mapped[str] = mapped_column(primary_key=True)
    made: Mapped[bool] = mapped_column(default=False)


class Client(Base):
    """A client of an organization. `scopes` are separated by spaces, and are its default set too."""

    __tablename__ = "clients"
    id: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str]
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"))
    scopes: Mapped[str]


class Order(Base):
    """An order. `number` is the rank of its submission, `offset` the minutes by which its times are written."""

    __tablename__ = "orders"
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"))
    study_uid: Mapped[str]
    study_group: Mapped[str | None]
    status: Mapped[str]
    progress: Mapped[int]
    report_types: Mapped[str]  # separated by spaces
    created_at: Mapped[int]
    started_at: Mapped[int]
    updated_at: Mapped[int]
    completed_at: Mapped[int | None]
    offset: Mapped[int]
    __table_args__ = (
        Index("orders_of_study", "organization_id", "study_uid"),
        Index("orders_of_group", "organization_id", "study_group"),
    )


class Report(Base):
    """One version of an order's report."""

    __tablename__ = "reports"
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    order_number: Mapped[int] = mapped_column(ForeignKey("orders.number"), index=True)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"))
    version: Mapped[int]
    completed_at: Mapped[int]
    supersedes: Mapped[str | None]
    superseded: Mapped[bool] = mapped_column(default=False)
    acknowledged: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("reports_of_organization", "organization_id", "acknowledged", "completed_at"),)


class Listing(Base):
    """What a client's most recent listing of an organization contained: numbers of reports, as JSON."""

    __tablename__ = "listings"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[str] = mapped_column(primary_key=True)
    reports: Mapped[str]


class Throttle(Base):
    """A client whose next call is refused with this status."""

    __tablename__ = "throttles"
    client_id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[int]


class AuditRecord(Base):
    """One call: who, what, when, and what came of it. No token, no secret, nothing about a patient."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    request_id: Mapped[str]
    client_id: Mapped[str | None]
    method: Mapped[str]
    operation: Mapped[str | None]
    status: Mapped[int]


def opened(file: str | None) -> tuple[Engine, sessionmaker[Session]]:
    """Open the database and make its tables.

    Args:
        file: path of the SQLite file; None keeps everything in memory, on a single connection.
    """
    if file is None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    return engine, sessionmaker(engine, expire_on_commit=False)

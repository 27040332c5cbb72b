-- The tables that a database has had from the first. Rows of a world go with it, and none is written once it has ended.

CREATE TABLE pacsimile (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE worlds (
    name TEXT PRIMARY KEY,
    options TEXT NOT NULL,
    clock TEXT NOT NULL,
    numbers BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    resets BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);

CREATE TABLE clients (
    client_id TEXT PRIMARY KEY,
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    client_secret TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    scopes TEXT NOT NULL
);

CREATE INDEX clients_of_world ON clients (world, place);

CREATE TABLE throttled (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    PRIMARY KEY (world, client_id)
);

CREATE TABLE tokens (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (world, digest)
);

CREATE TABLE revoked (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    PRIMARY KEY (world, digest)
);

CREATE TABLE faults (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    content TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    matched BIGINT NOT NULL,
    met BIGINT NOT NULL,
    PRIMARY KEY (world, number)
);

CREATE TABLE queues (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    organization_id TEXT NOT NULL,
    counter BIGINT NOT NULL,
    PRIMARY KEY (world, organization_id)
);

CREATE TABLE listings (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    organization_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    counter BIGINT NOT NULL,
    last_ready BIGINT NOT NULL,
    last_number BIGINT NOT NULL,
    last_version INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (world, organization_id, client_id)
);

CREATE TABLE files (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (world, digest)
);

CREATE TABLE orders (
    world TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    study_uid TEXT NOT NULL,
    study_group TEXT,
    content TEXT NOT NULL,
    PRIMARY KEY (world, order_id)
);

CREATE INDEX orders_of_organization ON orders (world, organization_id, number);

CREATE INDEX orders_of_study ON orders (world, organization_id, study_uid, number);

CREATE INDEX orders_of_group ON orders (world, organization_id, study_group, number) WHERE study_group IS NOT NULL;

CREATE TABLE reports (
    world TEXT NOT NULL,
    report_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    version INTEGER NOT NULL,
    ready_at BIGINT NOT NULL,
    supersedes TEXT,
    ready BIGINT,
    superseded BIGINT,
    acknowledged BIGINT,
    PRIMARY KEY (world, report_id)
);

CREATE INDEX reports_waiting ON reports (world, organization_id, ready_at, number, version)
    WHERE acknowledged IS NULL AND ready IS NOT NULL;

CREATE INDEX reports_planned ON reports (world, organization_id, ready_at) WHERE ready IS NULL;

CREATE INDEX reports_planned_of_order ON reports (world, order_id) WHERE ready IS NULL;

CREATE INDEX reports_superseding ON reports (world, organization_id, ready) WHERE supersedes IS NOT NULL;

-- By `schema`, code that knows no migrations tells that the tables are what it needs.
INSERT INTO pacsimile (name, value) VALUES ('schema', '1-4573c0dc'), ('generation', '0');

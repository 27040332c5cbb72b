-- What was answered, by world. It names no world that is looked up: with SQLite it is another file.

CREATE TABLE journal (
    world TEXT NOT NULL,
    number BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (world, number)
);

CREATE TABLE journal_counters (
    world TEXT NOT NULL,
    operation TEXT NOT NULL,
    status INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    total BIGINT NOT NULL,
    PRIMARY KEY (world, operation, status, client_id)
);

CREATE TABLE journal_numbers (
    world TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- What a version may change while servers of the version before still run: it adds, and takes nothing away.

ALTER TABLE orders ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;

ALTER TABLE reports ADD COLUMN read_at BIGINT;

CREATE INDEX orders_by_priority ON orders (world, organization_id, priority, number);

CREATE TABLE notes (
    world TEXT NOT NULL REFERENCES worlds (name) ON DELETE CASCADE,
    order_id TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (world, order_id)
);

INSERT INTO notes (world, order_id, note) SELECT world, order_id, '' FROM orders WHERE world IN (SELECT name FROM worlds);

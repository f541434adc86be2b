-- +goose Up
CREATE TABLE ledger_days (
    kind        TEXT    NOT NULL CHECK (kind IN ('model', 'user')),
    day         INTEGER NOT NULL, -- in the server's time zone, counted from 1970-01-01
    name        TEXT    NOT NULL, -- the model's, or the user's id; empty for users who are gone
    calls       BIGINT  NOT NULL,
    input       BIGINT  NOT NULL,
    output      BIGINT  NOT NULL,
    cache_read  BIGINT  NOT NULL,
    cache_write BIGINT  NOT NULL,
    reasoning   BIGINT  NOT NULL,
    cost_nanos  BIGINT  NOT NULL,
    unpriced    BIGINT  NOT NULL,
    estimated   BIGINT  NOT NULL,
    PRIMARY KEY (kind, day, name)
);
INSERT INTO ledger_days
    SELECT 'model', started_at / 86400000, model, COUNT(*), SUM(input), SUM(output), SUM(cache_read), SUM(cache_write), SUM(reasoning),
        SUM(cost_nanos), SUM(CASE WHEN priced THEN 0 ELSE 1 END), SUM(CASE WHEN estimated THEN 1 ELSE 0 END)
    FROM ledger WHERE settled_at > 0 GROUP BY started_at / 86400000, model;
INSERT INTO ledger_days
    SELECT 'user', started_at / 86400000, user_id, COUNT(*), SUM(input), SUM(output), SUM(cache_read), SUM(cache_write), SUM(reasoning),
        SUM(cost_nanos), SUM(CASE WHEN priced THEN 0 ELSE 1 END), SUM(CASE WHEN estimated THEN 1 ELSE 0 END)
    FROM ledger WHERE settled_at > 0 GROUP BY started_at / 86400000, user_id;

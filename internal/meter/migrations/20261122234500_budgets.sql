-- +goose Up
ALTER TABLE ledger ADD COLUMN purpose TEXT NOT NULL DEFAULT 'turn';
ALTER TABLE ledger ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;      -- where the answer stood when the call began
ALTER TABLE ledger ADD COLUMN rates TEXT NOT NULL DEFAULT '';       -- the prices that were used, JSON; empty for none
ALTER TABLE ledger ADD COLUMN cost_from TEXT NOT NULL DEFAULT '';   -- 'prices', 'provider', or empty: not known
ALTER TABLE ledger ADD COLUMN service_tier TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN charges TEXT NOT NULL DEFAULT '';     -- what was taken from which budgets, JSON
UPDATE ledger SET cost_from = 'prices' WHERE priced;
CREATE INDEX ledger_by_time ON ledger (started_at);
CREATE INDEX ledger_by_chat ON ledger (chat_id, n);

CREATE TABLE budgets (
    id         TEXT    NOT NULL PRIMARY KEY,
    scope      TEXT    NOT NULL CHECK (scope IN ('all', 'each', 'user', 'group')),
    user_id    TEXT    REFERENCES users (id) ON DELETE CASCADE,
    group_id   TEXT    REFERENCES access_groups (id) ON DELETE CASCADE,
    unit       TEXT    NOT NULL CHECK (unit IN ('money', 'tokens', 'requests')),
    period     TEXT    NOT NULL CHECK (period IN ('day', 'month', 'ever')),
    amount     BIGINT  NOT NULL, -- money in billionths of a dollar
    hard       BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX budgets_once ON budgets (scope, COALESCE(user_id, ''), COALESCE(group_id, ''), unit, period, hard)
    WHERE id <> 'balance';

CREATE TABLE budget_counts (
    budget_id    TEXT   NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
    subject      TEXT   NOT NULL, -- the user of a budget that each user has, else empty
    period_start BIGINT NOT NULL,
    user_id      TEXT   REFERENCES users (id) ON DELETE CASCADE,
    used         BIGINT NOT NULL,
    granted      BIGINT NOT NULL, -- beyond the budget's amount
    refilled_at  BIGINT NOT NULL,
    PRIMARY KEY (budget_id, subject, period_start)
);

-- +goose Up
CREATE TABLE access_groups (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE, -- the name as it is compared
    description TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE group_members (
    group_id   TEXT NOT NULL REFERENCES access_groups (id) ON DELETE CASCADE,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_user ON group_members (user_id);

-- A grant without a user and without a group is for everyone.
CREATE TABLE grants (
    kind       TEXT NOT NULL,
    resource   TEXT NOT NULL,
    user_id    TEXT REFERENCES users (id) ON DELETE CASCADE,
    group_id   TEXT REFERENCES access_groups (id) ON DELETE CASCADE,
    allows     TEXT NOT NULL CHECK (allows IN ('view', 'edit')),
    created_at BIGINT NOT NULL,
    CHECK (user_id IS NULL OR group_id IS NULL)
);
CREATE UNIQUE INDEX grants_once ON grants (kind, resource, COALESCE(user_id, ''), COALESCE(group_id, ''));
CREATE INDEX grants_user ON grants (user_id, kind);
CREATE INDEX grants_group ON grants (group_id, kind);

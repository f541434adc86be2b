// Generated from api/openapi.json by `make gen`; not to be edited.

export interface paths {
    "/api/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who has an account, the newest first
         * @description Who may call it: admin.
         */
        get: operations["get-api-accounts"];
        put?: never;
        /**
         * Make an account for someone
         * @description Who may call it: admin.
         */
        post: operations["post-api-accounts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a user with all that is theirs
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-accounts-user"];
        options?: never;
        head?: never;
        /**
         * Disable, enable or promote a user
         * @description Who may call it: admin.
         */
        patch: operations["patch-api-accounts-user"];
        trace?: never;
    };
    "/api/accounts/{user}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a user another password and sign them out
         * @description Who may call it: admin.
         */
        post: operations["post-api-accounts-user-password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/boot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a browser has to know first
         * @description Who may call it: public.
         */
        get: operations["get-api-boot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List chats, newest activity first
         * @description Who may call it: signed in.
         */
        get: operations["get-api-chats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a chat and its current path
         * @description Who may call it: owner of chat.
         */
        get: operations["get-api-chats-chat"];
        put?: never;
        post?: never;
        /**
         * Delete a chat
         * @description Who may call it: owner of chat.
         */
        delete: operations["delete-api-chats-chat"];
        options?: never;
        head?: never;
        /**
         * Rename a chat, switch its path or set its parameters
         * @description Who may call it: owner of chat.
         */
        patch: operations["patch-api-chats-chat"];
        trace?: never;
    };
    "/api/chats/{chat}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the whole tree of messages
         * @description Who may call it: owner of chat.
         */
        get: operations["get-api-chats-chat-messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}/messages/{message}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a message or a branch
         * @description Who may call it: owner of chat.
         */
        delete: operations["delete-api-chats-chat-messages-message"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}/messages/{message}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring deleted messages back
         * @description Who may call it: owner of chat.
         */
        post: operations["post-api-chats-chat-messages-message-restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}/preset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a chat was set up with
         * @description Who may call it: owner of chat.
         */
        get: operations["get-api-chats-chat-preset"];
        /**
         * Set a chat up with a preset
         * @description Who may call it: owner of chat.
         */
        put: operations["put-api-chats-chat-preset"];
        post?: never;
        /**
         * Go on with a chat without a preset
         * @description Who may call it: owner of chat.
         */
        delete: operations["delete-api-chats-chat-preset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a deleted chat back
         * @description Who may call it: owner of chat.
         */
        post: operations["post-api-chats-chat-restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Note that a chat was looked at: nothing in it is unread
         * @description Who may call it: owner of chat.
         */
        post: operations["post-api-chats-chat-seen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/chats/{chat}/turns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message and have it answered
         * @description Who may call it: owner of chat, or new.
         */
        post: operations["post-api-chats-chat-turns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The configuration that is in force
         * @description Who may call it: admin.
         */
        get: operations["get-api-config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The configuration as a file, without secrets
         * @description Who may call it: admin.
         */
        get: operations["get-api-config-export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what administrators changed
         * @description Who may call it: admin.
         */
        get: operations["get-api-config-history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config/history/{change}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a change back
         * @description Who may call it: admin.
         */
        post: operations["post-api-config-history-change-rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/config/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the last reading of the configuration file went
         * @description Who may call it: admin.
         */
        get: operations["get-api-config-status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API as a page for people
         * @description Who may call it: public.
         */
        get: operations["get-api-docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a picture, a PDF document or a sound
         * @description Who may call it: signed in.
         */
        post: operations["post-api-files"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bytes of a file
         * @description Who may call it: owner of file.
         */
        get: operations["get-api-files-file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all groups
         * @description Who may call it: admin.
         */
        get: operations["get-api-groups"];
        put?: never;
        /**
         * Make a group
         * @description Who may call it: admin.
         */
        post: operations["post-api-groups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a group with what was granted to it
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-groups-group"];
        options?: never;
        head?: never;
        /**
         * Rename or describe a group
         * @description Who may call it: admin.
         */
        patch: operations["patch-api-groups-group"];
        trace?: never;
    };
    "/api/groups/{group}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who is in a group
         * @description Who may call it: admin.
         */
        get: operations["get-api-groups-group-members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/groups/{group}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a user into a group
         * @description Who may call it: admin.
         */
        put: operations["put-api-groups-group-members-user"];
        post?: never;
        /**
         * Take a user out of a group
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-groups-group-members-user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who I am
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change my name
         * @description Who may call it: signed in.
         */
        patch: operations["patch-api-me"];
        trace?: never;
    };
    "/api/me/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete my account and all that belongs to it
         * @description Who may call it: signed in.
         */
        post: operations["post-api-me-erase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All that is kept of me, as a ZIP archive
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me-export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My API keys
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me-keys"];
        put?: never;
        /**
         * Make an API key, which is shown this once
         * @description Who may call it: signed in.
         */
        post: operations["post-api-me-keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete an API key
         * @description Who may call it: owner of key.
         */
        delete: operations["delete-api-me-keys-key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the list of models is laid out
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me-models"];
        /**
         * Pin, hide and order models
         * @description Who may call it: signed in.
         */
        put: operations["put-api-me-models"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change my password, which ends my other sessions
         * @description Who may call it: signed in.
         */
        put: operations["put-api-me-password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/provider-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Providers that I bring a key to
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me-provider-keys"];
        put?: never;
        post?: never;
        /**
         * Take back all my keys of providers
         * @description Who may call it: signed in.
         */
        delete: operations["delete-api-me-provider-keys"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/provider-keys/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Give a provider a key of mine
         * @description Who may call it: signed in.
         */
        put: operations["put-api-me-provider-keys-provider"];
        post?: never;
        /**
         * Take back my key of a provider
         * @description Who may call it: signed in.
         */
        delete: operations["delete-api-me-provider-keys-provider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where I am signed in
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me-sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a browser out
         * @description Who may call it: owner of session.
         */
        delete: operations["delete-api-me-sessions-session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My settings
         * @description Who may call it: signed in.
         */
        get: operations["get-api-me-settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change my settings
         * @description Who may call it: signed in.
         */
        patch: operations["patch-api-me-settings"];
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List providers and their models
         * @description Who may call it: signed in.
         */
        get: operations["get-api-models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/arrangement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Lay the list of models out for everyone
         * @description Who may call it: admin.
         */
        put: operations["put-api-models-arrangement"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What administrators know better about models
         * @description Who may call it: admin.
         */
        get: operations["get-api-models-overrides"];
        /**
         * Say something better about a model
         * @description Who may call it: admin.
         */
        put: operations["put-api-models-overrides"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/parameters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a model may be told
         * @description Who may call it: signed in.
         */
        get: operations["get-api-models-parameters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/specs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the models that were curated
         * @description Who may call it: admin.
         */
        get: operations["get-api-models-specs"];
        put?: never;
        /**
         * Curate a model: a name, a look and settings of its own
         * @description Who may call it: admin.
         */
        post: operations["post-api-models-specs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/specs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change a curated model
         * @description Who may call it: admin.
         */
        put: operations["put-api-models-specs-name"];
        post?: never;
        /**
         * Remove a curated model, or go back to what the configuration says
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-models-specs-name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API as OpenAPI 3.1
         * @description Who may call it: public.
         */
        get: operations["get-api-openapi.json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find people and groups to share with
         * @description Who may call it: signed in.
         */
        get: operations["get-api-people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the presets that one sees
         * @description Who may call it: signed in.
         */
        get: operations["get-api-presets"];
        put?: never;
        /**
         * Save a preset
         * @description Who may call it: signed in.
         */
        post: operations["post-api-presets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/{preset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a preset with its instructions
         * @description Who may call it: may view preset.
         */
        get: operations["get-api-presets-preset"];
        put?: never;
        post?: never;
        /**
         * Delete a preset
         * @description Who may call it: owner of preset.
         */
        delete: operations["delete-api-presets-preset"];
        options?: never;
        head?: never;
        /**
         * Change a preset
         * @description Who may call it: may edit preset.
         */
        patch: operations["patch-api-presets-preset"];
        trace?: never;
    };
    "/api/presets/{preset}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Save a copy of a preset as one's own
         * @description Who may call it: may view preset.
         */
        post: operations["post-api-presets-preset-copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/{preset}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List with whom a preset is shared
         * @description Who may call it: owner of preset.
         */
        get: operations["get-api-presets-preset-grants"];
        /**
         * Choose with whom a preset is shared
         * @description Who may call it: owner of preset.
         */
        put: operations["put-api-presets-preset-grants"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/{preset}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a deleted preset back
         * @description Who may call it: owner of preset.
         */
        post: operations["post-api-presets-preset-restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose the preset that new chats begin with
         * @description Who may call it: signed in.
         */
        put: operations["put-api-presets-default"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One's own presets in the form of LibreChat
         * @description Who may call it: signed in.
         */
        get: operations["get-api-presets-export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Save presets that LibreChat has exported
         * @description Who may call it: signed in.
         */
        post: operations["post-api-presets-import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/presets/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put one's own presets in order
         * @description Who may call it: signed in.
         */
        put: operations["put-api-presets-order"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List configured providers
         * @description Who may call it: admin.
         */
        get: operations["get-api-providers"];
        put?: never;
        /**
         * Add a provider
         * @description Who may call it: admin.
         */
        post: operations["post-api-providers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a provider that was added in the UI
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-providers-name"];
        options?: never;
        head?: never;
        /**
         * Change a provider that was added in the UI
         * @description Who may call it: admin.
         */
        patch: operations["patch-api-providers-name"];
        trace?: never;
    };
    "/api/providers/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a provider with the key that is stored
         * @description Who may call it: admin.
         */
        post: operations["post-api-providers-name-test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers/detect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Recognise whose key this is
         * @description Who may call it: admin.
         */
        post: operations["post-api-providers-detect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers/local": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Look for model servers on this machine
         * @description Who may call it: admin.
         */
        get: operations["get-api-providers-local"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/providers/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a provider without adding it
         * @description Who may call it: admin.
         */
        post: operations["post-api-providers-test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/realtime/emulation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Realtime events, by the protocol of centrifuge
         * @description Who may call it: signed in.
         */
        post: operations["post-api-realtime-emulation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/realtime/http_stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Realtime events, by the protocol of centrifuge
         * @description Who may call it: signed in, refused by the protocol.
         */
        post: operations["post-api-realtime-http_stream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/realtime/sse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Realtime events, by the protocol of centrifuge
         * @description Who may call it: signed in, refused by the protocol.
         */
        get: operations["get-api-realtime-sse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/realtime/ws": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Realtime events, by the protocol of centrifuge
         * @description Who may call it: signed in, refused by the protocol.
         */
        get: operations["get-api-realtime-ws"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Who may call it: public.
         */
        post: operations["post-api-session"];
        /**
         * Sign out
         * @description Who may call it: signed in.
         */
        delete: operations["delete-api-session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings of the server
         * @description Who may call it: admin.
         */
        get: operations["get-api-settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the settings of the server
         * @description Who may call it: admin.
         */
        patch: operations["patch-api-settings"];
        trace?: never;
    };
    "/api/settings/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Have the configuration count again for a setting
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-settings-name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether a setup link is valid
         * @description Who may call it: public.
         */
        get: operations["get-api-setup"];
        put?: never;
        /**
         * Make the first administrator
         * @description Who may call it: public.
         */
        post: operations["post-api-setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tools that models may use
         * @description Who may call it: signed in.
         */
        get: operations["get-api-tools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tools/{tool}/approval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose whether a tool asks before it runs
         * @description Who may call it: signed in.
         */
        put: operations["put-api-tools-tool-approval"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/turns/{turn}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of a turn
         * @description Who may call it: owner of turn.
         */
        get: operations["get-api-turns-turn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/turns/{turn}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer a tool call that waits
         * @description Who may call it: owner of turn.
         */
        post: operations["post-api-turns-turn-approvals"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/turns/{turn}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a turn as server-sent events
         * @description Who may call it: owner of turn.
         */
        get: operations["get-api-turns-turn-events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/turns/{turn}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a turn
         * @description Who may call it: owner of turn.
         */
        post: operations["post-api-turns-turn-stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What my model calls took, by day and model
         * @description Who may call it: signed in.
         */
        get: operations["get-api-usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What everyone's model calls took
         * @description Who may call it: admin.
         */
        get: operations["get-api-usage-all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/all/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What everyone's model calls took, as CSV
         * @description Who may call it: admin.
         */
        get: operations["get-api-usage-all-csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the budgets, and how they stand
         * @description Who may call it: admin.
         */
        get: operations["get-api-usage-budgets"];
        put?: never;
        /**
         * Make a budget
         * @description Who may call it: admin.
         */
        post: operations["post-api-usage-budgets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/budgets/{budget}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a budget
         * @description Who may call it: admin.
         */
        delete: operations["delete-api-usage-budgets-budget"];
        options?: never;
        head?: never;
        /**
         * Change a budget
         * @description Who may call it: admin.
         */
        patch: operations["patch-api-usage-budgets-budget"];
        trace?: never;
    };
    "/api/usage/budgets/{budget}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allow more, or less, in the period that runs
         * @description Who may call it: admin.
         */
        post: operations["post-api-usage-budgets-budget-grants"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/chats/{chat}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a chat took so far, and how full its model's context is
         * @description Who may call it: owner of chat.
         */
        get: operations["get-api-usage-chats-chat"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What my model calls took, as CSV
         * @description Who may call it: signed in.
         */
        get: operations["get-api-usage-csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How my budgets stand
         * @description Who may call it: signed in.
         */
        get: operations["get-api-usage-limits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/people/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the budgets stand that hold for a user
         * @description Who may call it: admin.
         */
        get: operations["get-api-usage-people-user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Who may call it: public.
         */
        post: operations["post-api-users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 200 once the server takes turns
         * @description Who may call it: public.
         */
        get: operations["get-healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Measurements in the text format of Prometheus
         * @description Who may call it: this machine, or the metrics token.
         */
        get: operations["get-metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 200 while the server and what it depends on can take work
         * @description Who may call it: public.
         */
        get: operations["get-readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Chat Completions, in OpenAI's form
         * @description Who may call it: signed in, refused in OpenAI's form.
         */
        post: operations["post-v1-chat-completions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models, in OpenAI's form
         * @description Who may call it: signed in, refused in OpenAI's form.
         */
        get: operations["get-v1-models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model...}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a model, in OpenAI's form
         * @description Who may call it: signed in, refused in OpenAI's form.
         */
        get: operations["get-v1-models-model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Responses, in OpenAI's form
         * @description Who may call it: signed in, refused in OpenAI's form.
         */
        post: operations["post-v1-responses"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedMessagesStruct: {
            reply: string;
            user: string;
        };
        AccessGrant: {
            id?: string;
            name?: string;
            /** @enum {string} */
            right: "view" | "edit";
            /** @enum {string} */
            to: "user" | "group" | "everyone";
        };
        AccessGroup: {
            /** Format: date-time */
            createdAt: string;
            description: string;
            id: string;
            /** Format: int64 */
            members: number;
            name: string;
        };
        AccessMember: {
            email: string;
            id: string;
            name: string;
            /** Format: date-time */
            since: string;
        };
        AccountCreatedKey: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            /** @description The key itself. It is shown this once. */
            key: string;
            /** Format: date-time */
            lastUsedAt: string | null;
            name: string;
            /** @description How the key begins. */
            prefix: string;
        };
        AccountKeys: {
            items: components["schemas"]["IdentityKey"][];
        };
        AccountSessions: {
            items: components["schemas"]["IdentitySession"][];
        };
        AddInBody: {
            baseUrl?: string;
            key?: string;
            kind: string;
            models?: string[];
            name: string;
            options?: components["schemas"]["ProviderOptions"];
        };
        CatalogOverride: {
            audio?: boolean;
            /** Format: int64 */
            context?: number;
            description?: string;
            files?: boolean;
            knowledge?: string;
            label?: string;
            levels?: string[];
            /** Format: int64 */
            maxOutput?: number;
            prices?: components["schemas"]["LlmPrices"];
            reasoning?: boolean;
            remote?: string[];
            /** @enum {string} */
            status?: "stable" | "preview" | "deprecated";
            tools?: boolean;
            uses?: string[];
            vision?: boolean;
        };
        ChangeInBody: {
            /** @description They take turns with those that are stored */
            addKeys?: string[];
            baseUrl?: string;
            /** @description In the place of the first key; absent keeps the one that is stored */
            key?: string;
            models?: string[];
            options?: components["schemas"]["ProviderOptions"];
            /** @description Places of stored keys, the first being 1 */
            removeKeys?: number[];
            /**
             * Format: int64
             * @description The one that was changed; refused where it is another by now
             */
            revision?: number;
        };
        ChangePasswordBody: {
            current: string;
            new: string;
        };
        Chat: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            model: string;
            /** @enum {string} */
            outcome: "" | "running" | "waiting" | "complete" | "stopped" | "interrupted" | "failed";
            running: boolean;
            title: string;
            /** @enum {string} */
            titleSource: "auto" | "model" | "user";
            unread: boolean;
            /** Format: date-time */
            updatedAt: string;
        };
        ChatDetail: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            leaf: string | null;
            model: string;
            options: components["schemas"]["ChatOptions"];
            /** @enum {string} */
            outcome: "" | "running" | "waiting" | "complete" | "stopped" | "interrupted" | "failed";
            path: string[];
            running: boolean;
            title: string;
            /** @enum {string} */
            titleSource: "auto" | "model" | "user";
            unread: boolean;
            /** Format: date-time */
            updatedAt: string;
        };
        ChatMessage: {
            continues?: string;
            /** Format: date-time */
            createdAt: string;
            edits?: string;
            /** Format: date-time */
            finishedAt?: string;
            id: string;
            /** @enum {string} */
            limit?: "length" | "steps";
            model?: string;
            parent: string | null;
            parts: components["schemas"]["LlmPart"][];
            /** @enum {string} */
            role: "user" | "assistant";
            /** Format: int64 */
            seq?: number;
            /** @enum {string} */
            status: "running" | "waiting" | "complete" | "stopped" | "interrupted" | "failed";
            turn?: string;
            usage?: components["schemas"]["ChatUsage"];
        };
        ChatOptions: {
            params?: components["schemas"]["LlmParams"];
            /** @description Tools that the provider runs, such as web_search */
            remote?: string[];
        };
        ChatUsage: {
            /** Format: int64 */
            cacheRead: number;
            /** Format: int64 */
            cacheWrite: number;
            /** Format: double */
            cost: number | null;
            estimated: boolean;
            /** Format: int64 */
            firstTokenMillis: number;
            /** Format: int64 */
            input: number;
            /** Format: int64 */
            millis: number;
            model?: string;
            /** Format: int64 */
            output: number;
            /** Format: int64 */
            reasoning: number;
            tier?: string;
        };
        ChoiceBody: {
            /** @enum {string} */
            approval: "ask" | "always" | "never";
        };
        ConfigurationChange: {
            after?: string;
            /** Format: date-time */
            at: string;
            before?: string;
            id: string;
            name: string;
            who: string;
        };
        ConfigurationChangesOut: {
            items: components["schemas"]["ConfigurationChange"][];
            next: string | null;
        };
        ConfigurationKey: {
            default: string;
            doc: string;
            /** @description The key does something */
            effect: boolean;
            form: string;
            /** Format: int64 */
            line?: number;
            lines?: string;
            path: string;
            pinned: boolean;
            /** @description A change counts from the next start */
            restart: boolean;
            secret: boolean;
            section: string;
            set: boolean;
            setting?: string;
            /** @enum {string} */
            source: "default" | "file" | "environment" | "flag" | "ui";
            value: string;
            variable?: string;
        };
        ConfigurationKeysOut: {
            items: components["schemas"]["ConfigurationKey"][];
        };
        ConfigurationProblem: {
            /** Format: int64 */
            column: number;
            excerpt: string;
            /** Format: int64 */
            line: number;
            message: string;
        };
        ConfigurationStatus: {
            error?: components["schemas"]["ConfigurationProblem"];
            file: string;
            foreign: string[];
            /**
             * Format: date-time
             * @description When what is in force was read
             */
            loadedAt: string;
            pending: string[];
            unused: string[];
            warnings: components["schemas"]["ConfigurationProblem"][];
        };
        CreateKeyBody: {
            name: string;
        };
        DecideInputBody: {
            /** @description Id of the tool call */
            call: string;
            /** @enum {string} */
            decision: "once" | "always" | "deny" | "never";
        };
        DetectInBody: {
            key: string;
        };
        EraseBody: {
            password: string;
        };
        FileLimits: {
            /**
             * Format: int64
             * @description The largest file.
             */
            bytes?: number;
            /** Format: int64 */
            count?: number;
            disabled?: boolean;
            /**
             * Format: int64
             * @description All files of a message together.
             */
            total?: number;
            /** @description Regular expressions for media types, one of which has to match. */
            types?: string[];
        };
        FinishBody: {
            email: string;
            name?: string;
            password: string;
            token: string;
        };
        IdentityKey: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            /** Format: date-time */
            lastUsedAt: string | null;
            name: string;
            /** @description How the key begins. */
            prefix: string;
        };
        IdentitySession: {
            address: string;
            /** Format: date-time */
            createdAt: string;
            current: boolean;
            /** @description Browser and system. */
            device: string;
            /**
             * Format: date-time
             * @description When it ends unless it is used again.
             */
            expiresAt: string;
            id: string;
            /** Format: date-time */
            lastUsedAt: string;
        };
        IdentityUser: {
            /** Format: date-time */
            createdAt: string;
            email: string;
            id: string;
            name: string;
            /** @enum {string} */
            role: "admin" | "user";
        };
        LlmFailure: {
            alternatives?: string[];
            code: string;
            detail?: string;
            message: string;
            retryable?: boolean;
            /** Format: int64 */
            retryAfter?: number;
        };
        LlmInfo: {
            audio?: boolean;
            /** Format: int64 */
            context: number;
            description?: string;
            endpoint?: string;
            files?: boolean;
            greeting?: string;
            icon?: string;
            id: string;
            knowledge?: string;
            label: string;
            levels?: string[];
            local: boolean;
            /** Format: int64 */
            maxOutput: number;
            name: string;
            plainHeader?: boolean;
            plainMenu?: boolean;
            /** Format: int64 */
            preamble?: number;
            prices: components["schemas"]["LlmPrices"] | null;
            reasoning: boolean;
            relay?: boolean;
            remote?: string[];
            speaker?: string;
            starters?: string[];
            /** @enum {string} */
            status?: "stable" | "preview" | "deprecated";
            tools: boolean;
            uses?: string[];
            vision: boolean;
        };
        LlmMedia: {
            file?: string;
            /** Format: int64 */
            height?: number;
            mime: string;
            name?: string;
            /** Format: int64 */
            size?: number;
            url?: string;
            /** Format: int64 */
            width?: number;
        };
        LlmOffer: {
            curated?: boolean;
            demo?: boolean;
            down?: boolean;
            icon: string;
            /** @enum {string} */
            key?: "missing" | "set" | "expired";
            label: string;
            models: components["schemas"]["LlmInfo"][];
            name: string;
        };
        LlmParams: {
            /** Format: int64 */
            contextTokens?: number;
            drop?: string[];
            effort?: string;
            extra?: {
                [key: string]: unknown;
            };
            /** Format: double */
            frequencyPenalty?: number;
            imageDetail?: string;
            keep?: string;
            /** Format: int64 */
            logprobs?: number;
            /** Format: int64 */
            maxTokens?: number;
            parallelTools?: boolean;
            /** Format: double */
            presencePenalty?: number;
            protocol?: string;
            reasoningContext?: string;
            reasoningMode?: string;
            /** Format: int64 */
            reasoningTokens?: number;
            region?: string;
            resend?: boolean;
            safety?: {
                [key: string]: string;
            };
            schema?: unknown;
            /** Format: int64 */
            seed?: number;
            serviceTier?: string;
            stop?: string[];
            summary?: string;
            /** Format: double */
            temperature?: number;
            /** Format: int64 */
            topK?: number;
            /** Format: double */
            topP?: number;
            verbosity?: string;
            whole?: boolean;
        };
        LlmPart: {
            call?: components["schemas"]["LlmToolCall"];
            failure?: components["schemas"]["LlmFailure"];
            media?: components["schemas"]["LlmMedia"];
            protocol?: string;
            raw?: unknown;
            result?: components["schemas"]["LlmToolResult"];
            source?: components["schemas"]["LlmSource"];
            text?: string;
            /** @enum {string} */
            type: "text" | "reasoning" | "tool_call" | "tool_result" | "image" | "file" | "audio" | "source" | "artifact" | "summary" | "notice" | "error";
        };
        LlmPrices: {
            /** Format: double */
            cacheRead: number;
            /** Format: double */
            cacheWrite: number;
            /** Format: double */
            input: number;
            /** Format: double */
            output: number;
            /** Format: double */
            reasoning?: number;
            services?: {
                [key: string]: number;
            };
            tiers?: components["schemas"]["LlmPriceTier"][];
        };
        LlmPriceTier: {
            /** Format: int64 */
            above: number;
            /** Format: double */
            cacheRead: number;
            /** Format: double */
            cacheWrite: number;
            /** Format: double */
            input: number;
            /** Format: double */
            output: number;
        };
        LlmSource: {
            quote?: string;
            title?: string;
            url?: string;
        };
        LlmToolCall: {
            arguments: string;
            id: string;
            name: string;
            remote?: boolean;
            /** @enum {string} */
            status?: "pending" | "waiting" | "running" | "done" | "failed" | "denied";
        };
        LlmToolResult: {
            callId: string;
            content: string;
            isError?: boolean;
            /** Format: int64 */
            millis?: number;
            name: string;
        };
        MeterSum: {
            /** Format: int64 */
            cacheRead: number;
            /** Format: int64 */
            cacheWrite: number;
            /** Format: int64 */
            calls: number;
            /** Format: double */
            cost: number;
            /** Format: int64 */
            estimated: number;
            /** Format: int64 */
            input: number;
            /** Format: int64 */
            output: number;
            /** Format: int64 */
            reasoning: number;
            /** Format: int64 */
            unpriced: number;
        };
        ModelArrangement: {
            hidden: string[];
            order: string[];
        };
        ModelChoices: {
            hidden: string[];
            order: string[];
            pinned: string[];
        };
        ModelLayout: {
            everyone: components["schemas"]["ModelArrangement"];
            hidden: string[];
            order: string[];
            pinned: string[];
        };
        ModelList: {
            always?: boolean;
            curated?: boolean;
            default: string;
            items: components["schemas"]["LlmOffer"][];
        };
        ModelOverridden: {
            model: string;
            override: components["schemas"]["CatalogOverride"];
        };
        ModelOverrides: {
            items: components["schemas"]["ModelOverridden"][];
        };
        ModelParameters: {
            items: components["schemas"]["ParamDefinition"][];
        };
        ModelSpec: {
            dated?: boolean;
            default?: boolean;
            description?: string;
            greeting?: string;
            group?: string;
            groupIcon?: string;
            icon?: string;
            instructions?: string;
            label: string;
            model: string;
            name?: string;
            /** Format: int64 */
            order?: number;
            params?: components["schemas"]["LlmParams"];
            plainHeader?: boolean;
            plainMenu?: boolean;
            remote?: string[];
            softDefault?: boolean;
            speaker?: string;
            starters?: string[];
            unlisted?: boolean;
            vision?: boolean;
        };
        ModelSpecView: {
            dated?: boolean;
            default?: boolean;
            description?: string;
            gone: boolean;
            greeting?: string;
            group?: string;
            groupIcon?: string;
            icon?: string;
            instructions?: string;
            label: string;
            model: string;
            name?: string;
            /** Format: int64 */
            order?: number;
            params?: components["schemas"]["LlmParams"];
            plainHeader?: boolean;
            plainMenu?: boolean;
            remote?: string[];
            /** Format: int64 */
            revision: number;
            softDefault?: boolean;
            /** @enum {string} */
            source: "config" | "ui" | "both";
            speaker?: string;
            starters?: string[];
            unlisted?: boolean;
            vision?: boolean;
        };
        ModelSpecViews: {
            enforce: boolean;
            items: components["schemas"]["ModelSpecView"][];
        };
        OpenaiapiFailure: {
            code: string;
            message: string;
            param: string | null;
            type: string;
        };
        OpenaiapiModelEntry: {
            /** Format: int64 */
            context_length?: number;
            /** Format: int64 */
            created: number;
            id: string;
            name: string;
            object: string;
            owned_by: string;
        };
        OpenaiapiModelList: {
            data: components["schemas"]["OpenaiapiModelEntry"][];
            object: string;
        };
        OpenaiapiRefusal: {
            error: components["schemas"]["OpenaiapiFailure"];
        };
        OwnKeyInBody: {
            baseUrl?: string;
            /** Format: date-time */
            expiresAt?: string;
            /** @description Empty keeps the one that is stored */
            key?: string;
        };
        PageChat: {
            items: components["schemas"]["Chat"][];
            next: string | null;
        };
        PageMessage: {
            items: components["schemas"]["ChatMessage"][];
            next: string | null;
        };
        ParamDefinition: {
            advanced?: boolean;
            default?: unknown;
            help?: string;
            label?: string;
            look?: components["schemas"]["ParamLook"];
            /** Format: double */
            max?: number;
            /** Format: double */
            min?: number;
            name: string;
            refused?: string;
            /** Format: double */
            step?: number;
            /** @enum {string} */
            type: "number" | "integer" | "enum" | "boolean" | "list" | "json";
            /** @enum {string} */
            unit?: "tokens";
            values?: string[];
        };
        ParamLook: {
            /** Format: double */
            aboveZero?: number;
            /** @enum {string} */
            component?: "input" | "textarea" | "slider" | "switch" | "checkbox" | "dropdown" | "combobox" | "tags";
            half?: boolean;
            /** Format: int64 */
            maxText?: number;
            /** Format: int64 */
            minTags?: number;
            /** Format: int64 */
            minText?: number;
            noDefault?: boolean;
            noField?: boolean;
            noLabel?: boolean;
            placeholder?: string;
            words?: {
                [key: string]: string;
            };
        };
        "Patch-api-accounts-userRequest": {
            disabled?: boolean;
            /** @enum {string} */
            role?: "admin" | "user";
        };
        "Patch-api-groups-groupRequest": {
            description?: string;
            name?: string;
        };
        PatchBody: {
            description?: string;
            group?: string;
            icon?: string;
            instructions?: string;
            model?: string;
            name?: string;
            params?: components["schemas"]["LlmParams"];
            /**
             * Format: int64
             * @description The revision that is being changed; a later one is refused
             */
            revision?: number;
        };
        PatchInputBody: {
            leaf?: string;
            options?: components["schemas"]["ChatOptions"];
            title?: string;
        };
        PeopleAccount: {
            /** Format: date-time */
            createdAt: string;
            disabled: boolean;
            email: string;
            id: string;
            name: string;
            /** @enum {string} */
            role: "admin" | "user";
            /** Format: date-time */
            signedInAt?: string;
        };
        PeopleAccounts: {
            items: components["schemas"]["PeopleAccount"][];
            next: string | null;
            /** Format: int64 */
            total: number;
        };
        PeopleAnswer: {
            groups: components["schemas"]["PeopleGroup"][];
            people: components["schemas"]["PeopleFound"][];
        };
        PeopleFound: {
            email: string;
            id: string;
            name: string;
        };
        PeopleGroup: {
            id: string;
            /** Format: int64 */
            members: number;
            name: string;
        };
        PeopleGroupIn: {
            description?: string;
            name: string;
        };
        PeopleGroupList: {
            items: components["schemas"]["AccessGroup"][];
        };
        PeopleMemberList: {
            items: components["schemas"]["AccessMember"][];
        };
        PeopleNewAccount: {
            account: components["schemas"]["PeopleAccount"];
            password: string;
        };
        "Post-api-accountsRequest": {
            admin?: boolean;
            email: string;
            name?: string;
        };
        "Post-api-presets-importRequest": {
            presets: unknown[];
        };
        "Post-api-presets-preset-copyRequest": {
            name: string;
        };
        Preset: {
            /** Format: date-time */
            createdAt: string;
            description: string;
            gone?: boolean;
            group: string;
            icon: string;
            id: string;
            instructions?: string;
            model: string;
            name: string;
            nearest?: string;
            owner: components["schemas"]["PresetPerson"];
            params?: components["schemas"]["LlmParams"];
            /** Format: int64 */
            revision: number;
            /** @enum {string} */
            right: "owner" | "edit" | "view";
            shared: boolean;
            /** Format: int64 */
            tokens: number;
            /** Format: date-time */
            updatedAt: string;
        };
        PresetBody: {
            description?: string;
            group?: string;
            icon?: string;
            instructions?: string;
            /** @description provider/model */
            model: string;
            name: string;
            params?: components["schemas"]["LlmParams"];
        };
        PresetExported: {
            presets: components["schemas"]["PresetForeign"][];
        };
        PresetForeign: {
            defaultPreset?: boolean;
            description?: string;
            disableStreaming?: boolean;
            effort?: string;
            endpoint: string;
            /** Format: double */
            frequency_penalty?: number;
            group?: string;
            icon?: string;
            imageDetail?: string;
            /** Format: int64 */
            max_tokens?: number;
            /** Format: int64 */
            maxContextTokens?: number;
            /** Format: int64 */
            maxOutputTokens?: number;
            /** Format: int64 */
            maxTokens?: number;
            model: string;
            /** Format: int64 */
            order?: number;
            /** Format: double */
            presence_penalty?: number;
            presetId?: string;
            promptCache?: boolean;
            promptCacheTtl?: string;
            promptPrefix?: string;
            reasoning_context?: string;
            reasoning_effort?: string;
            reasoning_mode?: string;
            reasoning_summary?: string;
            region?: string;
            resendFiles?: boolean;
            stop?: string[];
            system?: string;
            /** Format: double */
            temperature?: number;
            thinking?: boolean;
            thinkingBudget?: string;
            thinkingDisplay?: string;
            thinkingLevel?: string;
            title: string;
            /** Format: double */
            top_p?: number;
            /** Format: int64 */
            topK?: number;
            /** Format: double */
            topP?: number;
            useResponsesApi?: boolean;
            verbosity?: string;
        };
        PresetGrants: {
            items: components["schemas"]["AccessGrant"][];
        };
        PresetImported: {
            items: components["schemas"]["Preset"][];
            notes: components["schemas"]["PresetImportNote"][];
        };
        PresetImportNote: {
            left?: string[];
            problem?: string;
            title: string;
        };
        PresetInUse: {
            preset: components["schemas"]["PresetUsed"] | null;
        };
        PresetListed: {
            default: string;
            items: components["schemas"]["Preset"][];
        };
        PresetPerson: {
            id: string;
            name: string;
        };
        PresetUsed: {
            icon: string;
            instructions?: string;
            model: string;
            name: string;
            params?: components["schemas"]["LlmParams"];
            preset: string;
            /** Format: date-time */
            since: string;
            /** @enum {string} */
            state: "same" | "changed" | "gone";
            /** Format: int64 */
            tokens: number;
        };
        ProviderAsks: {
            baseUrl?: boolean;
            key?: boolean;
        };
        ProviderConfigured: {
            asks: components["schemas"]["ProviderAsks"];
            baseUrl: string;
            fallback: string[];
            health: components["schemas"]["ProviderHealth"];
            /** Format: int64 */
            keys: number;
            keySet: boolean;
            kind: string;
            label: string;
            models: string[];
            name: string;
            named: string[];
            options: components["schemas"]["ProviderOptions"];
            /** Format: int64 */
            revision: number;
            /** @enum {string} */
            source: "file" | "environment" | "ui";
            status: components["schemas"]["ProviderStatus"];
        };
        ProviderConfiguredOut: {
            items: components["schemas"]["ProviderConfigured"][];
            notes: components["schemas"]["ProviderNote"][];
        };
        ProviderDetected: {
            baseUrl: string;
            kind: string;
            label: string;
        };
        ProviderFailure: {
            code: string;
            detail: string;
            message: string;
        };
        ProviderHealth: {
            /** @enum {string} */
            breaker: "closed" | "open" | "trial";
            /** Format: int64 */
            calls: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            firstTokenMillis: number;
            /** Format: int64 */
            keys: number;
            /** Format: int64 */
            keysFree: number;
            lastError?: components["schemas"]["ProviderFailure"];
            /** Format: date-time */
            lastErrorAt?: string;
            /** @enum {string} */
            state: "unknown" | "up" | "degraded" | "down";
            /** Format: int64 */
            waiting: number;
        };
        ProviderLocal: {
            baseUrl: string;
            /** @enum {string} */
            kind: "ollama" | "lmstudio" | "llamacpp" | "mlx" | "vllm";
            label: string;
            models: string[];
        };
        ProviderLocalOut: {
            items: components["schemas"]["ProviderLocal"][];
        };
        ProviderNote: {
            name: string;
            out: boolean;
            text: string;
        };
        ProviderOptions: {
            /** Format: int64 */
            concurrent?: number;
            fallback?: string[];
            project?: string;
            proxy?: string;
            region?: string;
            /** Format: int64 */
            requestsPerMinute?: number;
            timeouts?: components["schemas"]["ProviderWaits"];
            /** Format: int64 */
            tokensPerMinute?: number;
            version?: string;
        };
        ProviderOwnKey: {
            asks: components["schemas"]["ProviderAsks"];
            baseUrl?: string;
            /** Format: date-time */
            expiresAt?: string;
            icon: string;
            label: string;
            provider: string;
            /** @enum {string} */
            state: "missing" | "set" | "expired";
            /** Format: date-time */
            updatedAt?: string;
        };
        ProviderOwnKeysOut: {
            items: components["schemas"]["ProviderOwnKey"][];
        };
        ProviderStatus: {
            /** Format: date-time */
            checkedAt?: string;
            error?: components["schemas"]["ProviderFailure"];
            ok: boolean;
        };
        ProviderTested: {
            error?: components["schemas"]["ProviderFailure"];
            models: string[];
            ok: boolean;
        };
        ProviderWaits: {
            /** Format: int64 */
            connect?: number;
            /** Format: int64 */
            firstToken?: number;
            /** Format: int64 */
            idle?: number;
        };
        "Put-api-chats-chat-presetRequest": {
            preset: string;
        };
        "Put-api-presets-defaultRequest": {
            /** @description Id of a preset that one sees, or empty for none */
            preset: string;
        };
        "Put-api-presets-orderRequest": {
            ids: string[];
        };
        RegisterBody: {
            email: string;
            name?: string;
            password: string;
        };
        RenameBody: {
            name?: string;
        };
        RestProblem: {
            code: string;
            detail: string;
            errors?: components["schemas"]["RestProblemField"][];
            more?: string;
            requestId?: string;
            /** Format: int64 */
            status: number;
            title: string;
            type: string;
        };
        RestProblemField: {
            location: string;
            message: string;
        };
        SettingServerPatch: {
            defaultLanguage?: string;
            defaultModel?: string;
            enforceSpecs?: boolean;
            prioritizeSpecs?: boolean;
            registration?: boolean;
            /** Format: int64 */
            sessionDays?: number;
            /** Format: int64 */
            sessionIdleHours?: number;
        };
        SettingsView: {
            defaultLanguage: string;
            defaultModel: string;
            enforceSpecs: boolean;
            origins: {
                [key: string]: string;
            };
            /** @description Settings that the configuration file fixes. */
            pinned: string[];
            prioritizeSpecs: boolean;
            registration: boolean;
            /** Format: int64 */
            sessionDays: number;
            /** Format: int64 */
            sessionIdleHours: number;
        };
        SettingUser: {
            /** @enum {string} */
            column: "narrow" | "wide" | "full";
            /** @enum {string} */
            density: "comfortable" | "compact";
            keys: {
                [key: string]: string;
            };
            language: string;
            /** @enum {string} */
            mode: "full" | "simple";
            model: string;
            /** @enum {string} */
            sendKey: "enter" | "mod+enter";
            singleKeys: boolean;
            /** Format: int64 */
            textSize: number;
            /** @enum {string} */
            theme: "system" | "light" | "dark" | "contrast";
        };
        SettingUserPatch: {
            /** @enum {string} */
            column?: "narrow" | "wide" | "full";
            /** @enum {string} */
            density?: "comfortable" | "compact";
            keys?: {
                [key: string]: string;
            };
            language?: string;
            /** @enum {string} */
            mode?: "full" | "simple";
            model?: string;
            /** @enum {string} */
            sendKey?: "enter" | "mod+enter";
            singleKeys?: boolean;
            /** Format: int64 */
            textSize?: number;
            /** @enum {string} */
            theme?: "system" | "light" | "dark" | "contrast";
        };
        SetupDone: {
            user: components["schemas"]["IdentityUser"];
        };
        SetupValidity: {
            valid: boolean;
        };
        SignInBody: {
            email: string;
            /** @description Stay signed in when the browser is closed. */
            keep?: boolean;
            password: string;
        };
        SigninBoot: {
            defaultLanguage: string;
            /**
             * Format: int64
             * @description How many characters a new password has to have.
             */
            minPassword: number;
            page: components["schemas"]["SigninPage"];
            /** Format: int64 */
            protocol: number;
            /** @description Anyone may make an account. */
            registration: boolean;
            settings: components["schemas"]["SettingUser"] | null;
            /** @description There is no user yet: only the setup link works. */
            setup: boolean;
            uploads: components["schemas"]["SigninUploads"];
            user: components["schemas"]["IdentityUser"] | null;
            version: string;
        };
        SigninCurrency: {
            code: string;
            /**
             * Format: double
             * @description What one US dollar is in it
             */
            rate: number;
        };
        SigninIn: {
            user: components["schemas"]["IdentityUser"];
        };
        SigninLink: {
            newTab: boolean;
            url: string;
        };
        SigninPage: {
            accountDeletion: boolean;
            /** @description An address may send a message. */
            autoSubmit: boolean;
            buildInfo: boolean;
            contextCost: boolean;
            contextUsage: boolean;
            currency: components["schemas"]["SigninCurrency"];
            footer?: string;
            groups: boolean;
            help?: components["schemas"]["SigninLink"];
            modelSelect: boolean;
            parameters: boolean;
            people: boolean;
            presets: boolean;
            privacy?: components["schemas"]["SigninLink"];
            terms?: components["schemas"]["SigninLink"];
            title: string;
            welcome?: string;
        };
        SigninResize: {
            /** @enum {string} */
            format: "jpeg" | "png" | "webp";
            /** Format: int64 */
            height: number;
            /** Format: double */
            quality: number;
            /** Format: int64 */
            width: number;
        };
        SigninUploads: {
            limits?: {
                [key: string]: components["schemas"]["FileLimits"];
            };
            /** Format: int64 */
            maxBytes: number;
            resize?: components["schemas"]["SigninResize"];
        };
        SpecInBody: {
            dated?: boolean;
            default?: boolean;
            description?: string;
            greeting?: string;
            group?: string;
            groupIcon?: string;
            icon?: string;
            instructions?: string;
            label: string;
            model: string;
            name?: string;
            /** Format: int64 */
            order?: number;
            params?: components["schemas"]["LlmParams"];
            plainHeader?: boolean;
            plainMenu?: boolean;
            remote?: string[];
            /**
             * Format: int64
             * @description The one that was changed; refused where it is another by now
             */
            revision?: number;
            softDefault?: boolean;
            speaker?: string;
            starters?: string[];
            unlisted?: boolean;
            vision?: boolean;
        };
        TestInBody: {
            baseUrl?: string;
            key?: string;
            kind: string;
            models?: string[];
            options?: components["schemas"]["ProviderOptions"];
        };
        ToolList: {
            items: components["schemas"]["ToolView"][];
        };
        ToolView: {
            /** @enum {string} */
            approval: "none" | "ask" | "always" | "never";
            description: string;
            label: string;
            name: string;
            reason?: string;
        };
        TurnAccepted: {
            chat: string;
            messages: components["schemas"]["AcceptedMessagesStruct"];
            turn: string;
        };
        TurnStart: {
            /** @description Id of the cut-off answer to carry on */
            continue?: string;
            /** @description Id of the message that this one replaces */
            edits?: string;
            files?: string[];
            /** @description Id of the new message, any UUID */
            id?: string;
            /** @description provider/model */
            model: string;
            params?: components["schemas"]["LlmParams"];
            /** @description Id of the message to go on after; null begins a new root; absent is the end of the current path */
            parent?: unknown;
            /** @description Id of the preset that the chat uses from this turn on */
            preset?: string;
            /** @description Id of the answer to write again */
            regenerate?: string;
            /** @description Tools that the provider runs, such as web_search */
            remote?: string[];
            /** @description The message, Markdown */
            text?: string;
            tools?: string[];
        };
        TurnStatusView: {
            /** @enum {string} */
            status: "running" | "waiting" | "complete" | "stopped" | "interrupted" | "failed";
        };
        TurnView: {
            chat: string;
            /** Format: date-time */
            endedAt: string | null;
            id: string;
            /** Format: int64 */
            lastSeq: number;
            message: string;
            model: string;
            /** Format: date-time */
            startedAt: string;
            /** @enum {string} */
            status: "running" | "waiting" | "complete" | "stopped" | "interrupted" | "failed";
        };
        UploadView: {
            /** Format: int64 */
            height: number;
            id: string;
            mime: string;
            name: string;
            /** Format: int64 */
            size: number;
            /** Format: int64 */
            width: number;
        };
        UsageAllowance: {
            /** @description Its id, or balance */
            budget: string;
            hard: boolean;
            /**
             * Format: double
             * @description The amount, and what was granted beyond it
             */
            limit: number;
            /** @enum {string} */
            period: "day" | "month" | "ever";
            /** Format: date-time */
            resetsAt: string | null;
            /** @enum {string} */
            scope: "all" | "each" | "user" | "group";
            /** @enum {string} */
            unit: "money" | "tokens" | "requests";
            /** Format: double */
            used: number;
        };
        UsageAllowancesOut: {
            items: components["schemas"]["UsageAllowance"][];
        };
        UsageBudget: {
            /** Format: double */
            amount: number;
            /** Format: date-time */
            createdAt: string;
            group?: components["schemas"]["UsageNamed"];
            hard: boolean;
            id: string;
            /**
             * Format: double
             * @description The amount, and what was granted beyond it
             */
            limit: number;
            of?: components["schemas"]["UsagePerson"];
            /** @enum {string} */
            period: "day" | "month" | "ever";
            /** Format: date-time */
            resetsAt: string | null;
            /** @enum {string} */
            scope: "all" | "each" | "user" | "group";
            /** @enum {string} */
            unit: "money" | "tokens" | "requests";
            /** Format: double */
            used: number;
            user?: components["schemas"]["UsagePerson"];
        };
        UsageBudgetGrant: {
            /**
             * Format: double
             * @description In the budget's unit; below 0 takes it back
             */
            amount: number;
            /** @description Whose share, if each user has one */
            user?: string;
        };
        UsageBudgetPatch: {
            /** Format: double */
            amount?: number;
            hard?: boolean;
        };
        UsageBudgetsOut: {
            /** @description The configuration gives each user a balance */
            balance: boolean;
            items: components["schemas"]["UsageBudget"][];
            /** @description The time zone that days and months begin in, such as Europe/Berlin */
            zone: string;
        };
        UsageContext: {
            model: string;
            /**
             * Format: int64
             * @description Tokens; 0 is unknown
             */
            size: number;
            /**
             * Format: int64
             * @description Tokens of the last request and its answer
             */
            used: number;
        };
        UsageDay: {
            /** @description As 2026-11-22 */
            day: string;
            models: components["schemas"]["UsageShare"][];
            total: components["schemas"]["MeterSum"];
        };
        UsageLimit: {
            /** @description It is the balance of the configuration */
            balance: boolean;
            hard: boolean;
            /** Format: double */
            limit: number | null;
            /** @enum {string} */
            period: "day" | "month" | "ever";
            /** Format: date-time */
            resetsAt: string | null;
            /** @enum {string} */
            scope: "all" | "each" | "user" | "group";
            /**
             * Format: double
             * @description Used of the limit; 1 is all of it
             */
            share: number;
            /** @enum {string} */
            unit: "money" | "tokens" | "requests";
            /** Format: double */
            used: number | null;
        };
        UsageLimitsOut: {
            items: components["schemas"]["UsageLimit"][];
        };
        UsageNamed: {
            id: string;
            name: string;
        };
        UsageNewBudget: {
            /**
             * Format: double
             * @description US dollars, tokens or requests
             */
            amount: number;
            /** @description For the scope group */
            group?: string;
            /** @description Refuse calls; a soft budget only warns */
            hard: boolean;
            /** @enum {string} */
            period: "day" | "month" | "ever";
            /** @enum {string} */
            scope: "all" | "each" | "user" | "group";
            /** @enum {string} */
            unit: "money" | "tokens" | "requests";
            /** @description For the scope user */
            user?: string;
        };
        UsageOfChat: {
            context: components["schemas"]["UsageContext"] | null;
            /** @description How my budgets stand */
            limits: components["schemas"]["UsageLimit"][];
            total: components["schemas"]["MeterSum"];
        };
        UsagePerson: {
            email: string;
            id: string;
            name: string;
        };
        UsagePersonShare: {
            /** Format: int64 */
            cacheRead: number;
            /** Format: int64 */
            cacheWrite: number;
            /** Format: int64 */
            calls: number;
            /** Format: double */
            cost: number;
            email: string;
            /** Format: int64 */
            estimated: number;
            id: string;
            /** Format: int64 */
            input: number;
            name: string;
            /** Format: int64 */
            output: number;
            /** Format: int64 */
            reasoning: number;
            /** Format: int64 */
            unpriced: number;
        };
        UsageReport: {
            days: components["schemas"]["UsageDay"][];
            from: string;
            models: components["schemas"]["UsageShare"][];
            to: string;
            total: components["schemas"]["MeterSum"];
            /** @description For administrators */
            users?: components["schemas"]["UsagePersonShare"][];
        };
        UsageShare: {
            /** Format: int64 */
            cacheRead: number;
            /** Format: int64 */
            cacheWrite: number;
            /** Format: int64 */
            calls: number;
            /** Format: double */
            cost: number;
            /** Format: int64 */
            estimated: number;
            /** Format: int64 */
            input: number;
            name: string;
            /** Format: int64 */
            output: number;
            /** Format: int64 */
            reasoning: number;
            /** Format: int64 */
            unpriced: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "get-api-accounts": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description A part of a name or an e-mail address */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleAccounts"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Post-api-accountsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleNewAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-accounts-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-accounts-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Patch-api-accounts-userRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-accounts-user-password": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleNewAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-boot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigninBoot"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-chats": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Keep chats whose title holds this */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageChat"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-chats-chat": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatDetail"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-chats-chat": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-chats-chat": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchInputBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatDetail"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-chats-chat-messages": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageMessage"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-chats-chat-messages-message": {
        parameters: {
            query?: {
                /** @description Delete all that follows too */
                branch?: boolean;
            };
            header?: never;
            path: {
                chat: string;
                message: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-chats-chat-messages-message-restore": {
        parameters: {
            query?: {
                /** @description Delete all that follows too */
                branch?: boolean;
            };
            header?: never;
            path: {
                chat: string;
                message: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageMessage"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-chats-chat-preset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetInUse"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-chats-chat-preset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Put-api-chats-chat-presetRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetInUse"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-chats-chat-preset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-chats-chat-restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chat"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-chats-chat-seen": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-chats-chat-turns": {
        parameters: {
            query?: never;
            header?: {
                /** @description A replay within 24 hours gives the same answer and starts nothing */
                "Idempotency-Key"?: string;
            };
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TurnStart"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnAccepted"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigurationKeysOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-config-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-config-history": {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigurationChangesOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-config-history-change-rollback": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                change: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-config-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfigurationStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-files-file": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleGroupList"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PeopleGroupIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGroup"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-groups-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-groups-group": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Patch-api-groups-groupRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessGroup"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-groups-group-members": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleMemberList"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-groups-group-members-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-groups-group-members-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityUser"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentityUser"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-me-erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountKeys"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-me-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKeyBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountCreatedKey"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-me-keys-key": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelLayout"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-me-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelChoices"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelLayout"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-me-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me-provider-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderOwnKeysOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-me-provider-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-me-provider-keys-provider": {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnKeyInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderOwnKey"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-me-provider-keys-provider": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountSessions"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-me-sessions-session": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-me-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingUser"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-me-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingUserPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingUser"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-models-arrangement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelArrangement"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelArrangement"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-models-overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelOverrides"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-models-overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelOverridden"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelOverridden"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-models-parameters": {
        parameters: {
            query: {
                /** @description provider/model */
                model: string;
                /** @description What is set already, as JSON like a turn's params: one choice may rule out another */
                set?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelParameters"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-models-specs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelSpecViews"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-models-specs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelSpec"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelSpec"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-models-specs-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpecInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelSpec"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-models-specs-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-people": {
        parameters: {
            query?: {
                /** @description The beginning of a name or an e-mail address, two characters or more */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeopleAnswer"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetListed"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresetBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preset"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-presets-preset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preset"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-presets-preset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-presets-preset": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preset"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-presets-preset-copy": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Post-api-presets-preset-copyRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preset"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-presets-preset-grants": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetGrants"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-presets-preset-grants": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PresetGrants"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetGrants"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-presets-preset-restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                preset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preset"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-presets-default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Put-api-presets-defaultRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-presets-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetExported"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-presets-import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Post-api-presets-importRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetImported"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-presets-order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Put-api-presets-orderRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PresetListed"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderConfiguredOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-providers": {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderConfigured"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-providers-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-providers-name": {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderConfigured"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-providers-name-test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTested"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-providers-detect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DetectInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderDetected"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-providers-local": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderLocalOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-providers-test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTested"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-realtime-emulation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-realtime-http_stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-realtime-sse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-realtime-ws": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigninIn"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingServerPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-settings-name": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-setup": {
        parameters: {
            query?: {
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupValidity"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FinishBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetupDone"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolList"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "put-api-tools-tool-approval": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tool: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChoiceBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-turns-turn": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-turns-turn-approvals": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideInputBody"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnStatusView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-turns-turn-events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-turns-turn-stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                turn: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TurnStatusView"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage": {
        parameters: {
            query?: {
                days?: number;
                /** @description First day, as 2026-11-01; by default so many days are shown as days says */
                from?: string;
                /** @description Last day; today by default. Days are those of the server's time zone */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageReport"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-all": {
        parameters: {
            query?: {
                days?: number;
                /** @description First day, as 2026-11-01; by default so many days are shown as days says */
                from?: string;
                /** @description Last day; today by default. Days are those of the server's time zone */
                to?: string;
                /** @description Only this user's */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageReport"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-all-csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageBudgetsOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-usage-budgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsageNewBudget"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageBudget"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "delete-api-usage-budgets-budget": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                budget: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "patch-api-usage-budgets-budget": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                budget: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsageBudgetPatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageBudget"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-usage-budgets-budget-grants": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its id, or balance */
                budget: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsageBudgetGrant"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-chats-chat": {
        parameters: {
            query?: {
                /** @description The turn whose context is meant; the last one by default */
                turn?: string;
            };
            header?: never;
            path: {
                chat: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageOfChat"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageLimitsOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-api-usage-people-user": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageAllowancesOut"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-api-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SigninIn"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "get-readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["RestProblem"];
                };
            };
        };
    };
    "post-v1-chat-completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiapiRefusal"];
                };
            };
        };
    };
    "get-v1-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiapiModelList"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiapiRefusal"];
                };
            };
        };
    };
    "get-v1-models-model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiapiModelEntry"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiapiRefusal"];
                };
            };
        };
    };
    "post-v1-responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer is written by the route itself. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiapiRefusal"];
                };
            };
        };
    };
}

/** The admin API. Written by `npm run api --workspace web`; not by hand. */
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server takes on runs */
        get: operations["get_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in with the request’s cookie */
        get: operations["get_session"];
        put?: never;
        /**
         * Signs in with name and password
         * @description The answer sets the session’s cookie. Attempts are limited by address and by name.
         */
        post: operations["post_session"];
        /** Signs out */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where whoever asks is signed in */
        get: operations["get_sessions"];
        put?: never;
        post?: never;
        /** Signs whoever asks out everywhere, here too */
        delete: operations["delete_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Signs whoever asks out in one browser */
        delete: operations["delete_sessions_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Changes the password of whoever asks
         * @description All of their sessions end, and the answer begins a new one, with a cookie and a CSRF token of its own.
         */
        put: operations["put_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets a password by link, and signs in
         * @description A link works once. `name` is of use to the first administrator only: all others have one.
         */
        post: operations["post_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whose password a link sets */
        post: operations["post_setup_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a new link for the first administrator
         * @description The one before is void. Refused once there is an administrator.
         */
        post: operations["post_setup_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All users */
        get: operations["get_users"];
        put?: never;
        /** Adds a user, who sets a password by a link */
        post: operations["post_users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{name}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a user a new link, which sets a new password
         * @description The one before is void. The user’s sessions end when the link is used.
         */
        post: operations["post_users_name_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a user, and ends their sessions */
        delete: operations["delete_users_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All workflows, by name */
        get: operations["get_workflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One workflow with its definition */
        get: operations["get_workflows_name"];
        /**
         * Deploys a definition
         * @description Makes a new version, unless the current one is the same. All mistakes of a definition are told at once. The code of its steps is installed and bundled first, which may take a minute; with `Accept: application/x-ndjson` the answer is lines that say what is being done, and a last one of type `deployed` or `problem`.
         */
        put: operations["put_workflows_name"];
        post?: never;
        /**
         * Deletes a workflow and its versions
         * @description Its triggers stop at once; runs that are under way go on to their end.
         */
        delete: operations["delete_workflows_name"];
        options?: never;
        head?: never;
        /** Switches a workflow on or off */
        patch: operations["patch_workflows_name"];
        trace?: never;
    };
    "/workflows/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a run of a workflow that has a schedule, now
         * @description Besides those of the schedule, which goes on as it is.
         */
        post: operations["post_workflows_name_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/rotate-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a new token for the workflow’s trigger
         * @description The old one stops working at once.
         */
        post: operations["post_workflows_name_rotate_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows that were never deployed, by name */
        get: operations["get_drafts"];
        put?: never;
        /**
         * Makes a workflow that is a draft, with an address of its own
         * @description It keeps name and address when it is deployed.
         */
        post: operations["post_drafts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The draft of a workflow */
        get: operations["get_workflows_name_draft"];
        /**
         * Keeps what is being written
         * @description Refused with `draft_changed` where it was changed elsewhere since it was read.
         */
        put: operations["put_workflows_name_draft"];
        post?: never;
        /**
         * Drops what is not deployed
         * @description Of a workflow that was never deployed nothing stays, its address and test events included.
         */
        delete: operations["delete_workflows_name_draft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a workflow, newest first */
        get: operations["get_workflows_name_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version with its text */
        get: operations["get_workflows_name_versions_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/definitions/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Says what is wrong with a definition, and deploys nothing
         * @description Builds no code: what only a build can tell of it, a deploy does.
         */
        post: operations["post_definitions_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/examples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows to begin with */
        get: operations["get_examples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/test-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest test events of a workflow, newest first */
        get: operations["get_workflows_name_test_events"];
        put?: never;
        /**
         * Makes a test event, as a request to the workflow would bring it
         * @description For a workflow that a schedule starts, the event of a tick now.
         */
        post: operations["post_workflows_name_test_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/test-events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a test event */
        delete: operations["delete_workflows_name_test_events_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/test-events/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Test events that are kept from now on, live */
        get: operations["get_workflows_name_test_events_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs of all workflows, newest first */
        get: operations["get_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs of one workflow, newest first */
        get: operations["get_workflows_name_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run with every step */
        get: operations["get_runs_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/steps/{step}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Items of an `each` step of a run, with what their steps did */
        get: operations["get_runs_id_steps_step_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a run that has not ended */
        post: operations["post_runs_id_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What replaying a run would do, and which credentials it asks for */
        get: operations["get_runs_id_replay"];
        put?: never;
        /**
         * Replays a run that has ended, in a new one
         * @description Its event comes again, with the credentials that are sent along.
         */
        post: operations["post_runs_id_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the wait of a run, as a request to its `resume_url` would */
        post: operations["post_runs_id_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens in a run, live
         * @description Begins with the run as it is, and ends with the run.
         */
        get: operations["get_runs_id_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which runs are new, wait or have ended, live */
        get: operations["get_runs_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All connected accounts, without their values */
        get: operations["get_accounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{app}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Connects an account, or replaces its values */
        put: operations["put_accounts_app_name"];
        post?: never;
        /**
         * Removes an account
         * @description Steps that use it fail from then on.
         */
        delete: operations["delete_accounts_app_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/env": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All secrets of the environment, without their values */
        get: operations["get_env"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/env/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Sets a secret of the environment
         * @description Whoever sets it says where it may go; definitions name it under `settings.env`.
         */
        put: operations["put_env_name"];
        post?: never;
        /**
         * Removes a secret of the environment
         * @description Runs whose workflow declares it fail from then on.
         */
        delete: operations["delete_env_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/steps/{step}/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The choices of a prop of a step’s code, a page of them
         * @description Runs the prop’s `options` in the sandbox. Nothing of it is kept.
         */
        post: operations["post_workflows_name_steps_step_options"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{name}/steps/{step}/props": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The props of a step’s code that depend on others
         * @description Runs the component’s `additionalProps` in the sandbox. Nothing of it is kept.
         */
        post: operations["post_workflows_name_steps_step_props"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/steps/describe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Everything that a step of a draft asks for, whoever wrote its code
         * @description The code is installed, bundled and looked at in the sandbox first, which may take a minute; with `Accept: application/x-ndjson` the answer is lines that say what is being done, and a last one of type `form` or `problem`. Nothing of it becomes a version.
         */
        post: operations["post_steps_describe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/steps/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The choices of a prop of a draft’s step, a page of them
         * @description Runs the prop’s `options` in the sandbox. Nothing of it is kept.
         */
        post: operations["post_steps_options"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/steps/props": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The props of a draft’s step that depend on others
         * @description Runs the component’s `additionalProps` in the sandbox. Nothing of it is kept.
         */
        post: operations["post_steps_props"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins a test session: an event, and what steps make of it
         * @description Everything of it is in memory, until it is ended or has been idle for 15 minutes. A deployed version, its runs and its data are left alone.
         */
        post: operations["post_tests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tests/{id}/steps/{step}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries one step
         * @description Steps that it reads have to have been tried before in this session. It is tried once; delays are passed over, nothing is suspended, no data store is written to, and an `each` goes through five items.
         */
        post: operations["post_tests_id_steps_step"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tests/{id}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tries all steps, from the first on */
        post: operations["post_tests_id_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a test session, and what it is doing */
        delete: operations["delete_tests_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tries an account before it is saved
         * @description Sends the app’s own test request, to the app’s own host. An app that has none says so.
         */
        post: operations["post_accounts_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bindings/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Which credential fields a binding finds in its store, or whether its account is there */
        post: operations["post_bindings_try"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which versions and runs handed real credentials to code, the latest first */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All stores, without their credentials */
        get: operations["get_stores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/store-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All kinds of stores, with what each can be told */
        get: operations["get_store_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/leases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs hold of stores and could not be renewed or given back */
        get: operations["get_leases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stores/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Adds a store, or replaces its configuration */
        put: operations["put_stores_name"];
        post?: never;
        /**
         * Removes a store
         * @description Steps that use it fail from then on. What runs still hold of it has to be given back before.
         */
        delete: operations["delete_stores_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stores/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says in words what works and what does not */
        post: operations["post_stores_name_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/data-stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All data stores */
        get: operations["get_data_stores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/data-stores/{store}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries of a data store, in the order of their keys */
        get: operations["get_data_stores_store_entries"];
        put?: never;
        post?: never;
        /** Deletes one entry */
        delete: operations["delete_data_stores_store_entries"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/data-stores/{store}": {
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
         * Deletes a data store with everything in it
         * @description A step that names it makes it anew.
         */
        delete: operations["delete_data_stores_store"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All apps, with the credential fields that they need */
        get: operations["get_apps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All actions, with their props */
        get: operations["get_actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/native-steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is in force for steps in Python and Bash */
        get: operations["get_native_steps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/components": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks in the registry for packages that offer components
         * @description Finds packages with all of these words and the keyword `pipedream` or `bellhop`.
         */
        get: operations["get_components"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/components/{package}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a package offers: actions, props and apps
         * @description Fetches it and looks at its actions in the sandbox, which may take a minute. Nothing is deployed.
         */
        get: operations["get_components_package"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["get_openapi_json"];
        put?: never;
        post?: never;
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
        Problem: {
            /** @description `urn:bellhop:problem:` and the code. */
            type: string;
            title: string;
            status: number;
            detail?: string;
            /** @description Stable, snake_case. */
            code: string;
            /** @description What to check or do next. */
            hint?: string;
            /** @description Whether the same request may succeed later. */
            retryable?: boolean;
            run?: string;
            /** @description The step that failed. */
            step?: string;
            /**
             * @description Said of a run that would not survive a crash.
             * @constant
             */
            durable?: false;
            /** @description All mistakes, not just the first. */
            errors?: components["schemas"]["Mistake"][];
        };
        Mistake: {
            /** @description Where in the definition or request; empty for the whole. */
            path: string;
            line?: number;
            column?: number;
            message: string;
            expected?: string;
            /** @description What to write instead. */
            suggestion?: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "unavailable";
            version: string;
            /** @description Why it is unavailable, in a word. */
            reason?: string;
        };
        Session: {
            /** @description Whether the first administrator is still to be made. */
            setup_needed: boolean;
            /** @description Who is signed in, if anybody is. */
            user?: {
                name: string;
            };
            /** @description What every call that is no GET needs in the header `x-bellhop-csrf`, where the cookie signs it in. */
            csrf?: string;
        };
        BrowserSession: {
            id: number;
            /** @description Browser and system, such as `Firefox on Linux`. */
            agent: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description To a few minutes.
             */
            seen_at: string;
            current: boolean;
        };
        User: {
            name: string;
            /** @description Whether a password is set. */
            active: boolean;
            /** Format: date-time */
            created_at: string;
            /** @description Until when the user’s link works. */
            link_expires_at: string | null;
            /** @description When one of their sessions was used last. */
            seen_at: string | null;
        };
        UserLink: {
            name: string;
            /** @description Sets the password, once. It is shown here and nowhere else. */
            url: string;
            /** Format: date-time */
            expires_at: string;
        };
        Workflow: {
            /** @description The workflow’s name. */
            name: string;
            /** @description Of the current version, from 1. */
            version: number;
            /** @description Whether triggers start runs. */
            enabled: boolean;
            /** Format: uuid */
            deployment_id: string;
            triggers: components["schemas"]["Trigger"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deployed_at: string;
            description: string;
            /** @description Slugs of the apps that its steps use. */
            apps: string[];
            /** @description How many it has, those of an `each` included. */
            steps: number;
            /** @description What is written and not deployed. */
            draft: {
                /** Format: date-time */
                updated_at: string;
            } | null;
            last_run: {
                /** Format: uuid */
                id: string;
                status: components["schemas"]["RunStatus"];
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 */
                accepted_at: string;
            } | null;
            /** @description The last 24 hours, of which the last one ends now. */
            day: {
                runs: number[];
                /** @description Of those runs: failed, timed out or crashed. */
                failures: number[];
                /** @description True where an hour had more runs than are counted. */
                at_least: boolean;
            };
        };
        Trigger: {
            /** @constant */
            type: "http";
            url: string;
        } | {
            /** @constant */
            type: "schedule";
            /** @description When it fires next; null while the workflow is switched off. */
            next: string | null;
        };
        /** @enum {string} */
        RunStatus: "running" | "waiting" | "succeeded" | "ended_early" | "failed" | "cancelled" | "timed_out" | "crashed";
        Deployment: {
            /** @description The workflow’s name. */
            name: string;
            version: number;
            /** @description False when the same definition was there already. */
            created: boolean;
            triggers: components["schemas"]["Trigger"][];
            /** @description The trigger’s new token, shown this once. */
            token?: string;
            warnings: components["schemas"]["Mistake"][];
        };
        WorkflowDetails: {
            /** @description The workflow’s name. */
            name: string;
            /** @description Of the current version, from 1. */
            version: number;
            /** @description Whether triggers start runs. */
            enabled: boolean;
            /** Format: uuid */
            deployment_id: string;
            triggers: components["schemas"]["Trigger"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            deployed_at: string;
            description: string;
            /** @description Slugs of the apps that its steps use. */
            apps: string[];
            /** @description How many it has, those of an `each` included. */
            steps: number;
            /** @description What is written and not deployed. */
            draft: {
                /** Format: date-time */
                updated_at: string;
            } | null;
            last_run: {
                /** Format: uuid */
                id: string;
                status: components["schemas"]["RunStatus"];
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC.
                 */
                accepted_at: string;
            } | null;
            /** @description The last 24 hours, of which the last one ends now. */
            day: {
                runs: number[];
                /** @description Of those runs: failed, timed out or crashed. */
                failures: number[];
                /** @description True where an hour had more runs than are counted. */
                at_least: boolean;
            };
            /** @description The current version, as it was written. */
            definition: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        /** @description Any JSON value. */
        Json: unknown;
        DraftEntry: {
            name: string;
            /** Format: date-time */
            updated_at: string;
            base_version: number | null;
            endpoint_url: string;
        };
        Draft: {
            name: string;
            /** @description YAML, as it was written. */
            text: string;
            /** @description Counts changes, from 1. */
            revision: number;
            /** @description The version that it began with; null where there was none. */
            base_version: number | null;
            /** Format: date-time */
            updated_at: string;
            /** @description What is sent to the address of a draft that is not deployed is kept as a test event, and runs nothing. */
            triggers: components["schemas"]["Trigger"][];
        };
        Version: {
            /** @description From 1. */
            version: number;
            /** Format: uuid */
            deployment_id: string;
            /** Format: date-time */
            created_at: string;
            current: boolean;
        };
        VersionText: {
            /** @description From 1. */
            version: number;
            /** Format: uuid */
            deployment_id: string;
            /** Format: date-time */
            created_at: string;
            current: boolean;
            /** @description The definition in YAML or JSON, as it was written. */
            text: string;
        };
        CheckedDefinition: {
            mistakes: components["schemas"]["Mistake"][];
            /** @description None while there are mistakes, or code that is not built. */
            warnings: components["schemas"]["Mistake"][];
            /** @description As it was written, as data. */
            definition: {
                [key: string]: components["schemas"]["Json"];
            } | null;
            /** @description What is known of the steps, also while there are mistakes; null where it is no definition. */
            plan: {
                /** @description All steps, those of an `each` behind it. */
                steps: components["schemas"]["CheckedStep"][];
            } | null;
        };
        CheckedStep: {
            name: string;
            /** @description By the name that the step gives the app. */
            auth: {
                [key: string]: {
                    /** @description The app’s slug. */
                    app: string;
                    /** @enum {string} */
                    kind: "runtime" | "store" | "account" | "external_user" | "none";
                    /** @description One sentence: what a run does to get these credentials. */
                    says: string;
                };
            };
            /** @description Everything that the step refers to, as it is written. */
            references: string[];
        };
        Example: {
            name: string;
            title: string;
            description: string;
            /** @description The definition in YAML. */
            text: string;
        };
        TestEvent: {
            id: string;
            /** Format: date-time */
            received_at: string;
            /** @description As a step would see it; what looks like a credential is a handle, too. */
            event: components["schemas"]["Json"];
        };
        TestEventMessage: {
            /** @constant */
            type: "test_event";
            test_event: components["schemas"]["TestEvent"];
        } | {
            /** @constant */
            type: "cut_off";
            /** @enum {string} */
            reason: "too_slow" | "shutdown" | "failed";
            message: string;
        };
        RunPage: {
            /** @description Newest first. */
            runs: components["schemas"]["RunListItem"][];
            /** @description Gets the next page. A page may hold fewer runs than asked for, or none, and still have a next one. */
            next_cursor: string | null;
        };
        RunListItem: {
            /** Format: uuid */
            id: string;
            /** @description Null when the workflow was deleted. */
            workflow: string | null;
            version: number | null;
            status: components["schemas"]["RunStatus"];
            /** @description Why the run ended early or was cancelled. */
            note?: string;
            error?: components["schemas"]["Error"];
            failed_step?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            ended_at?: string;
            /** @description From acceptance to the end, waits included. */
            duration_ms?: number;
            /** Format: uuid */
            replay_of?: string;
        };
        Error: {
            /** @description Stable, snake_case. */
            code: string;
            message: string;
            retryable: boolean;
            /** @description What to check or do next. */
            hint?: string;
            status?: number;
        };
        Run: {
            /** Format: uuid */
            id: string;
            /** @description Null when the workflow was deleted. */
            workflow: string | null;
            version: number | null;
            status: components["schemas"]["RunStatus"];
            /** @description Why the run ended early or was cancelled. */
            note?: string;
            error?: components["schemas"]["Error"];
            failed_step?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            accepted_at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            ended_at?: string;
            /** @description From acceptance to the end, waits included. */
            duration_ms?: number;
            /** Format: uuid */
            replay_of?: string;
            /** @description False when the event and the steps were never kept in clear, or retention is taking them away. */
            kept: boolean;
            /**
             * @description The run waits for a request, as `POST …/resume` makes one.
             * @constant
             */
            resumable?: true;
            event?: components["schemas"]["Json"];
            /** @description Bytes of the event, when they are too many to be shown here. */
            event_omitted_bytes?: number;
            /** @description In the order of the workflow; lanes behind the step that opened them. Items have pages of their own. */
            steps: components["schemas"]["Step"][];
            /** @description True when the run has more steps than are shown. */
            more_steps?: boolean;
        };
        Step: {
            name: string;
            /** @description The journal that the step stands in; empty for the run’s own. */
            lane: string;
            /** @description Where it stands in its lane, from 0. */
            position: number;
            /** @description `use`, `delay`, `end_if`, …; absent until the step has finished. */
            kind?: string;
            /**
             * @description `stopped`: the run ended while this step was going on.
             * @enum {string}
             */
            status: "running" | "waiting" | "succeeded" | "failed" | "stopped";
            /** @description Whether what the step left is here; false when it was not kept. */
            kept: boolean;
            /** @description Bytes that this step left, when they are too many to be shown here. */
            omitted_bytes?: number;
            /** @description Of an `each`, also while it is going on. */
            items?: components["schemas"]["ItemCounts"];
            exports?: {
                [key: string]: components["schemas"]["Json"];
            };
            summary?: string;
            /** @description Why the run ended after this step. */
            exit_reason?: string;
            error?: components["schemas"]["Error"];
            logs: components["schemas"]["LogLine"][];
            /** @description Attempts that failed, oldest first. */
            attempts: components["schemas"]["Attempt"][];
            /** @description Attempts in all. */
            attempt_count: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            started_at?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            ended_at?: string;
            duration_ms?: number;
            /**
             * Format: date-time
             * @description For a waiting step: when it goes on or gives up.
             */
            waiting_until?: string;
        };
        /** @description Items of an `each`: how many there are, and how those that ended did. */
        ItemCounts: {
            total: number;
            succeeded: number;
            ended_early: number;
            failed: number;
        };
        LogLine: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            at: string;
            /** @enum {string} */
            level: "debug" | "info" | "warn" | "error";
            text: string;
        };
        Attempt: {
            number: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            started_at?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            ended_at?: string;
            duration_ms?: number;
            error?: components["schemas"]["Error"];
            /**
             * Format: date-time
             * @description When the next attempt starts, at the earliest.
             */
            next_at?: string;
            logs: components["schemas"]["LogLine"][];
        };
        /** @enum {string} */
        ItemStatus: "running" | "succeeded" | "ended_early" | "failed" | "stopped";
        ItemPage: {
            counts: components["schemas"]["ItemCounts"];
            /** @description In the order of the list. */
            items: components["schemas"]["Item"][];
            /** @description Gets the next page. */
            next_cursor: string | null;
        };
        Item: {
            /** @description Where the item stands in its list, from 0. */
            index: number;
            /** @description `running`, and `stopped` when the run ended meanwhile: in flight. */
            status: components["schemas"]["ItemStatus"];
            /** @description Why it ended early. */
            note?: string;
            error?: components["schemas"]["Error"];
            failed_step?: string;
            /** @description What its steps did, in order. */
            steps: components["schemas"]["Step"][];
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            started_at?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            ended_at?: string;
            duration_ms?: number;
        };
        ReplayOffer: {
            workflow: string;
            /** @description The current one, where it is the same up to the step that is begun with; else that of the run. */
            version: number;
            /** @description What the request brought: its values are gone with the run. */
            credentials: {
                /** @description Under which its value is sent. */
                path: string;
                app: string;
                field: string;
                /** @description Whether a step that runs binds it. */
                required: boolean;
                /** @description Those steps. */
                steps: string[];
            }[];
            /** @description Steps that are taken over, and do not run again. */
            taken: string[];
            /** @description Steps that run. */
            runs: string[];
            /** @description Of those that run: finished before, and run again because the secrets that they fetched are gone. */
            again: string[];
        };
        LiveMessage: {
            /** @constant */
            type: "snapshot";
            run: components["schemas"]["Run"];
        } | {
            /** @constant */
            type: "step_started";
            step: string;
            lane: string;
            /** Format: date-time */
            at: string;
            attempt: number;
        } | {
            /** @constant */
            type: "attempt_failed";
            step: string;
            lane: string;
            /** Format: date-time */
            at: string;
            attempt: number;
            error: components["schemas"]["Error"];
        } | {
            /** @constant */
            type: "step_finished";
            step: components["schemas"]["Step"];
        } | {
            /** @constant */
            type: "item_finished";
            step: string;
            items: components["schemas"]["ItemCounts"];
            /** Format: date-time */
            at: string;
        } | {
            /** @constant */
            type: "waiting";
            step: string;
            /** Format: date-time */
            until: string;
            /** Format: date-time */
            at: string;
        } | {
            /** @constant */
            type: "ended";
            status: components["schemas"]["RunStatus"];
            /** Format: date-time */
            at: string;
            run?: components["schemas"]["RunListItem"];
        } | {
            /** @constant */
            type: "cut_off";
            /** @enum {string} */
            reason: "too_slow" | "shutdown" | "failed";
            message: string;
        };
        ListMessage: {
            /** @constant */
            type: "run";
            /** Format: uuid */
            id: string;
            status: components["schemas"]["RunStatus"];
            /** Format: date-time */
            at: string;
            run?: components["schemas"]["RunListItem"];
        } | {
            /** @constant */
            type: "cut_off";
            /** @enum {string} */
            reason: "too_slow" | "shutdown" | "failed";
            message: string;
        };
        Account: {
            app: string;
            name: string;
            /** @description Which fields it has. Their values are never shown. */
            fields: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        EnvSecret: {
            name: string;
            hosts: string[];
            places: {
                /** @description `true`: any request header; or their names. */
                headers: boolean | string[];
                query: string[];
                body: string[];
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        Options: {
            options: {
                label: string;
                value: components["schemas"]["Json"];
            }[];
            /** @description What the next page is asked for with, as `prev_context`. */
            context?: components["schemas"]["Json"];
        };
        StepForm: {
            /** @enum {string} */
            kind: "action" | "component" | "code" | "native" | "delay" | "end_if" | "each";
            key: string;
            name: string;
            description: string;
            version: string;
            /** @description By the name under the step’s `auth`. */
            apps: {
                [key: string]: components["schemas"]["FormApp"];
            };
            props: components["schemas"]["PropForm"][];
            /** @description Whether more props come with the values of others. */
            additional_props: boolean;
        };
        FormApp: {
            /** @description The slug. */
            app: string;
            name: string;
            description: string;
            fields: {
                [key: string]: {
                    label: string;
                    description?: string;
                    secret: boolean;
                    optional: boolean;
                };
            };
            /** @description Sets of fields that exclude each other’s need: one whole set has to be given. */
            one_of?: string[][];
            /** @description Whether a step may use it without credentials. */
            optional: boolean;
            /** @description Where its credentials may go; empty when the step says it. */
            hosts: string[];
            unlisted: boolean;
        };
        PropForm: {
            name: string;
            /** @description As the Component API calls it. A `store` or `data_store` takes a name; an `alert` and a `dir` take nothing. */
            type: string;
            label?: string;
            /** @description Markdown. */
            description?: string;
            optional: boolean;
            secret: boolean;
            /** @description Whether it names a secret in a store. */
            lookup: boolean;
            /** @description Whether it is written out in the definition: references are refused. */
            literal: boolean;
            default?: components["schemas"]["Json"];
            min?: number;
            max?: number;
            options?: {
                label: string;
                value: string | number;
            }[];
            /** @description Whether its choices have to be asked for. */
            async_options: boolean;
            /** @description Whether they take what a person typed. */
            use_query: boolean;
            /** @description Whether other props depend on its value. */
            reload: boolean;
            hidden: boolean;
            disabled: boolean;
            /** @description The kinds of stores that will do. */
            kinds?: string[];
            alert_type?: string;
            /** @description What an alert says, in Markdown. */
            content?: string;
        };
        TestLine: {
            /** @constant */
            type: "progress";
            text: string;
        } | {
            /** @constant */
            type: "step_started";
            step: string;
            /** Format: date-time */
            at: string;
        } | {
            /** @constant */
            type: "request";
            step: string;
            index: number;
            method: string;
            origin: string;
        } | {
            /** @constant */
            type: "response";
            step: string;
            index: number;
            status?: number;
            duration_ms: number;
        } | {
            /** @constant */
            type: "step_finished";
            step: components["schemas"]["Step"];
            /** @description What was done on its behalf: the list that an expression made, requests that it left to be sent. */
            besides: components["schemas"]["Step"][];
            /** @description Of an `each`: the first five. */
            items: components["schemas"]["Item"][];
            requests: components["schemas"]["TestRequest"][];
            requests_left_out: number;
        } | {
            /** @constant */
            type: "finished";
            /** @enum {string} */
            status: "succeeded" | "ended_early" | "failed";
            note?: string;
            error?: components["schemas"]["Error"];
            failed_step?: string;
            /** @description What a caller would get who waits for it. */
            answer?: {
                status: number;
                headers: {
                    [key: string]: string;
                };
                body: components["schemas"]["Json"];
                /** @enum {string} */
                encoding?: "utf8" | "latin1";
            };
            event: components["schemas"]["Json"];
            /** @description The exports of every step that was tried. */
            steps: {
                [key: string]: components["schemas"]["Json"];
            };
        } | {
            /** @constant */
            type: "problem";
            problem: components["schemas"]["Problem"];
        };
        /** @description A request as it left: a handle stands where it carried a credential. */
        TestRequest: {
            method: string;
            url: string;
            headers: {
                [key: string]: string;
            };
            body?: string;
            /** @description Which credentials stood where, such as `header authorization`. */
            credentials: {
                place: string;
                label: string;
            }[];
            /** @description Left out where no answer came. */
            status?: number;
            response_headers?: {
                [key: string]: string;
            };
            response_body?: string;
            duration_ms: number;
            /** @description Why no answer came. */
            error?: {
                code: string;
                message: string;
            };
            /** @description What is not whole here, and why. */
            notes: string[];
        };
        Tried: {
            ok: boolean;
            /** @description How it went, in a sentence; no value. */
            says: string;
        };
        TriedBinding: {
            ok: boolean;
            /** @description How it went, in a sentence; no value. */
            says: string;
            /** @description The app’s fields, and under which name the secret has them. Never a value. */
            fields?: {
                name: string;
                from?: string;
                found: boolean;
            }[];
        };
        AuditEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            /**
             * @description `deploy_reveal`: a version was deployed that hands real credentials to its code. `reveal`: a run did.
             * @enum {string}
             */
            action: "deploy_reveal" | "reveal";
            workflow: string;
            version: number;
            run: string | null;
            step: string;
            /** @description Names of credential fields by app; never a value. */
            credentials: {
                [key: string]: string[];
            };
        };
        Store: {
            name: string;
            kind: string;
            /** @description What of its configuration may be seen. */
            config: {
                [key: string]: components["schemas"]["Json"];
            };
            /** @description Why it cannot be used. */
            problem?: string;
            /**
             * @description `file`: it is in the file given with --stores.
             * @enum {string}
             */
            source: "api" | "file";
            /** Format: date-time */
            updated_at: string;
        };
        StoreKind: {
            kind: string;
            title: string;
            /**
             * @description What a binding says to name a secret.
             * @enum {string}
             */
            lookup: "path" | "key" | "connection";
            options: string[];
            /** @description JSON Schema of its configuration. */
            config: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        Lease: {
            run: string;
            store: string;
            /** @description Whether its run has ended, so that it should be gone. */
            ended: boolean;
            failures: number;
            problem: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: date-time */
            next_try_at: string;
        };
        StoreCheck: {
            /** @enum {string} */
            what: "address" | "tls" | "authentication" | "permission" | "path";
            ok: boolean;
            says: string;
        };
        DataStore: {
            /** @description As definitions have it; that of a step is `service.<workflow>.<step>`. */
            name: string;
            entries: number;
            /** @description Of keys and values together. */
            bytes: number;
            /** Format: date-time */
            created_at: string;
        };
        DataEntry: {
            key: string;
            value: components["schemas"]["Json"];
            /** Format: date-time */
            written_at: string;
            /**
             * Format: date-time
             * @description Absent for an entry that stays.
             */
            expires_at?: string;
        };
        App: {
            /** @description The slug. */
            app: string;
            name: string;
            description: string;
            fields: {
                [key: string]: {
                    label: string;
                    description?: string;
                    secret: boolean;
                    optional: boolean;
                };
            };
            /** @description Sets of fields that exclude each other’s need: one whole set has to be given. */
            one_of?: string[][];
            /** @description Whether a step may use it without credentials. */
            optional: boolean;
            /** @description Where its credentials may go; empty when the step says it. */
            hosts: string[];
        };
        Action: {
            /** @description What a definition writes after `use:`. */
            key: string;
            name: string;
            description: string;
            version: string;
            /** @description The apps whose credentials it uses: the name under a step’s `auth`, and the app’s slug. */
            apps: {
                [key: string]: string;
            };
            /** @description Props that take the name of a store. */
            stores: {
                [key: string]: {
                    label?: string;
                    /** @description The kinds of stores that will do. */
                    kinds: string[];
                };
            };
            props: {
                [key: string]: components["schemas"]["Prop"];
            };
        };
        Prop: {
            type: string;
            label?: string;
            description?: string;
            optional: boolean;
            secret: boolean;
            /** @description Whether it names a secret in a store. */
            lookup: boolean;
            /** @description Whether it is written out in the definition: references are refused. */
            literal: boolean;
            default?: components["schemas"]["Json"];
            options?: {
                label: string;
                value: string | number;
            }[];
        };
        NativeSteps: {
            /** @description Whether the server was started with --allow-native-steps. */
            allowed: boolean;
            /**
             * @description How their processes are kept apart; left out where they cannot be run.
             * @enum {string}
             */
            isolation?: "namespaces" | "user-namespaces" | "user";
            /** @description The version of the machine’s python3. */
            python?: string;
            bash?: string;
            /** @description Why they cannot be run. */
            problem?: string;
        };
        ComponentPackage: {
            name: string;
            version: string;
            description: string;
        };
        ComponentOffer: {
            package: string;
            version: string;
            actions: components["schemas"]["OfferedAction"][];
        };
        OfferedAction: {
            /** @description What a definition writes after `use:`. */
            use: string;
            key: string;
            name: string;
            description: string;
            version: string;
            /** @description The apps whose credentials it uses: the name under a step’s `auth`, and the app’s slug. */
            apps: {
                [key: string]: string;
            };
            props: {
                [key: string]: {
                    type: string;
                    label?: string;
                    description?: string;
                    optional: boolean;
                    /** @description Whether there are values to choose from. */
                    options: boolean;
                };
            };
            /** @description Why it cannot be used here, where it cannot. */
            problem?: string;
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
    get_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description It does not, just now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session; without a user where nobody is signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This session is over. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The latest seen first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: components["schemas"]["BrowserSession"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of their sessions are over. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sessions_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description That session is over. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    next: string;
                };
            };
        };
        responses: {
            /** @description It is changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What stands behind the `#` of the link. */
                    token: string;
                    /** @default  */
                    name?: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What stands behind the `#` of the link. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description The link works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Null for the first administrator, who chooses one. */
                        name: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup_link: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link, which is shown once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        users: components["schemas"]["User"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserLink"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_users_name_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserLink"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_users_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workflows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workflows: components["schemas"]["Workflow"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workflow. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowDetails"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_workflows_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Lower-case words joined by hyphens; a deploy under the same name makes a new version. */
                    name: string;
                    description?: string;
                    /** @description Whether triggers start runs. Left out: as it is, at first true. */
                    enabled?: boolean;
                    trigger: {
                        /** @constant */
                        type: "http";
                        /**
                         * @default {
                         *       "type": "none"
                         *     }
                         */
                        auth?: {
                            /** @constant */
                            type: "none";
                        } | {
                            /** @constant */
                            type: "token";
                        };
                        /**
                         * @description immediate (default), static or { static: { status, headers, body } }, custom ($.respond), last_step.
                         * @default immediate
                         */
                        respond?: ("immediate" | "static" | "custom" | "last_step") | {
                            static: {
                                /** @default 200 */
                                status?: number;
                                /**
                                 * @description Response headers.
                                 * @default {}
                                 */
                                headers?: {
                                    [key: string]: string;
                                };
                                /** @description Text goes as it is, anything else as JSON. */
                                body?: unknown;
                            };
                        };
                        /**
                         * @description true (default): any origin; false: none; or { origins: [...] }.
                         * @default true
                         */
                        cors?: boolean | {
                            origins: string[];
                        };
                        /**
                         * @description With `auth: none`: whether whoever knows the address may choose, by what they send, whose credential a store is asked for.
                         * @default false
                         */
                        allow_anonymous?: boolean;
                    } | {
                        /** @constant */
                        type: "schedule";
                        /** @description Minute, hour, day of the month, month, day of the week; with the second in front if there are six. */
                        cron?: string;
                        /** @description Counted from 1970-01-01T00:00:00Z: 15m is :00, :15, :30 and :45. */
                        every?: string;
                        /**
                         * @description IANA time zone of the cron expression, and of the event’s `timezone_configured`.
                         * @default UTC
                         */
                        timezone?: string;
                        /**
                         * @description Ticks that came while the server was down: run the latest of them once, or none.
                         * @default run_once
                         * @enum {string}
                         */
                        missed?: "run_once" | "skip";
                    };
                    steps: ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                        use: string;
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description A module whose default export is a component or a function; or a script, see `language`. */
                        code?: string;
                        /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                        file?: string;
                        /**
                         * @description javascript (default; types are taken out as well), typescript, python or bash.
                         * @default javascript
                         * @enum {string}
                         */
                        language?: "javascript" | "typescript" | "python" | "bash";
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | unknown | unknown) | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description How long the run sleeps. */
                        delay: string;
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description Ends the run here when the reference is truthy, or the condition holds. */
                        end_if: string | {
                            /** @description What is looked at: a reference. */
                            value: unknown;
                            /** @enum {string} */
                            is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                            equals?: unknown;
                            not_equals?: unknown;
                            greater_than?: unknown;
                            less_than?: unknown;
                            contains?: unknown;
                            /** @description What history shows for a run that ends here. */
                            reason?: string;
                        };
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The list, as a reference: {{steps.users.$return_value}}. */
                        each: string;
                        /**
                         * @description How the inner steps refer to the item: {{item.id}}.
                         * @default item
                         */
                        as?: string;
                        /**
                         * @description How many items at a time.
                         * @default 1
                         */
                        concurrency?: number;
                        /**
                         * @description Whether a failed item fails the step, or is counted and left behind.
                         * @default stop
                         * @enum {string}
                         */
                        on_error?: "stop" | "continue";
                        steps: ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                            use: string;
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description A module whose default export is a component or a function; or a script, see `language`. */
                            code?: string;
                            /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                            file?: string;
                            /**
                             * @description javascript (default; types are taken out as well), typescript, python or bash.
                             * @default javascript
                             * @enum {string}
                             */
                            language?: "javascript" | "typescript" | "python" | "bash";
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | unknown | unknown) | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description How long the run sleeps. */
                            delay: string;
                        } | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description Ends the run here when the reference is truthy, or the condition holds. */
                            end_if: string | {
                                /** @description What is looked at: a reference. */
                                value: unknown;
                                /** @enum {string} */
                                is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                                equals?: unknown;
                                not_equals?: unknown;
                                greater_than?: unknown;
                                less_than?: unknown;
                                contains?: unknown;
                                /** @description What history shows for a run that ends here. */
                                reason?: string;
                            };
                        })[];
                    })[];
                    /** @default {} */
                    settings?: {
                        /** @default {} */
                        retention?: {
                            /**
                             * @description false: nothing of a run stays after its end.
                             * @default true
                             */
                            keep?: boolean;
                            /** @default 7d */
                            max_age?: string;
                            /** @default 10000 */
                            max_events?: number;
                        };
                        /**
                         * @description Time in steps that a run may take.
                         * @default 30s
                         */
                        timeout?: string;
                        /** @default {} */
                        retry?: {
                            /** @default 1 */
                            attempts?: number;
                            /** @default 1s */
                            backoff?: string;
                            /** @default 1m */
                            max_backoff?: string;
                        };
                        /** @description Hosts that code may reach: api.example.com, *.example.org, localhost:8080, tcp://db.example.com:5432. Left out: every public one. */
                        egress?: string[];
                        /**
                         * @description Variables of code and expressions: text, or { secret: NAME }.
                         * @default {}
                         */
                        env?: {
                            [key: string]: string | {
                                /** @description A secret of the environment: `bellhop env set NAME`. */
                                secret: string;
                            };
                        };
                        /** @default {} */
                        code?: {
                            /** @description What a step’s code may take: 256MB. */
                            memory?: string;
                            /** @description Processor time of one attempt. */
                            cpu?: string;
                        };
                    };
                };
                "application/yaml": {
                    /** @description Lower-case words joined by hyphens; a deploy under the same name makes a new version. */
                    name: string;
                    description?: string;
                    /** @description Whether triggers start runs. Left out: as it is, at first true. */
                    enabled?: boolean;
                    trigger: {
                        /** @constant */
                        type: "http";
                        /**
                         * @default {
                         *       "type": "none"
                         *     }
                         */
                        auth?: {
                            /** @constant */
                            type: "none";
                        } | {
                            /** @constant */
                            type: "token";
                        };
                        /**
                         * @description immediate (default), static or { static: { status, headers, body } }, custom ($.respond), last_step.
                         * @default immediate
                         */
                        respond?: ("immediate" | "static" | "custom" | "last_step") | {
                            static: {
                                /** @default 200 */
                                status?: number;
                                /**
                                 * @description Response headers.
                                 * @default {}
                                 */
                                headers?: {
                                    [key: string]: string;
                                };
                                /** @description Text goes as it is, anything else as JSON. */
                                body?: unknown;
                            };
                        };
                        /**
                         * @description true (default): any origin; false: none; or { origins: [...] }.
                         * @default true
                         */
                        cors?: boolean | {
                            origins: string[];
                        };
                        /**
                         * @description With `auth: none`: whether whoever knows the address may choose, by what they send, whose credential a store is asked for.
                         * @default false
                         */
                        allow_anonymous?: boolean;
                    } | {
                        /** @constant */
                        type: "schedule";
                        /** @description Minute, hour, day of the month, month, day of the week; with the second in front if there are six. */
                        cron?: string;
                        /** @description Counted from 1970-01-01T00:00:00Z: 15m is :00, :15, :30 and :45. */
                        every?: string;
                        /**
                         * @description IANA time zone of the cron expression, and of the event’s `timezone_configured`.
                         * @default UTC
                         */
                        timezone?: string;
                        /**
                         * @description Ticks that came while the server was down: run the latest of them once, or none.
                         * @default run_once
                         * @enum {string}
                         */
                        missed?: "run_once" | "skip";
                    };
                    steps: ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                        use: string;
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description A module whose default export is a component or a function; or a script, see `language`. */
                        code?: string;
                        /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                        file?: string;
                        /**
                         * @description javascript (default; types are taken out as well), typescript, python or bash.
                         * @default javascript
                         * @enum {string}
                         */
                        language?: "javascript" | "typescript" | "python" | "bash";
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | unknown | unknown) | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description How long the run sleeps. */
                        delay: string;
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description Ends the run here when the reference is truthy, or the condition holds. */
                        end_if: string | {
                            /** @description What is looked at: a reference. */
                            value: unknown;
                            /** @enum {string} */
                            is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                            equals?: unknown;
                            not_equals?: unknown;
                            greater_than?: unknown;
                            less_than?: unknown;
                            contains?: unknown;
                            /** @description What history shows for a run that ends here. */
                            reason?: string;
                        };
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The list, as a reference: {{steps.users.$return_value}}. */
                        each: string;
                        /**
                         * @description How the inner steps refer to the item: {{item.id}}.
                         * @default item
                         */
                        as?: string;
                        /**
                         * @description How many items at a time.
                         * @default 1
                         */
                        concurrency?: number;
                        /**
                         * @description Whether a failed item fails the step, or is counted and left behind.
                         * @default stop
                         * @enum {string}
                         */
                        on_error?: "stop" | "continue";
                        steps: ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                            use: string;
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description A module whose default export is a component or a function; or a script, see `language`. */
                            code?: string;
                            /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                            file?: string;
                            /**
                             * @description javascript (default; types are taken out as well), typescript, python or bash.
                             * @default javascript
                             * @enum {string}
                             */
                            language?: "javascript" | "typescript" | "python" | "bash";
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | unknown | unknown) | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description How long the run sleeps. */
                            delay: string;
                        } | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description Ends the run here when the reference is truthy, or the condition holds. */
                            end_if: string | {
                                /** @description What is looked at: a reference. */
                                value: unknown;
                                /** @enum {string} */
                                is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                                equals?: unknown;
                                not_equals?: unknown;
                                greater_than?: unknown;
                                less_than?: unknown;
                                contains?: unknown;
                                /** @description What history shows for a run that ends here. */
                                reason?: string;
                            };
                        })[];
                    })[];
                    /** @default {} */
                    settings?: {
                        /** @default {} */
                        retention?: {
                            /**
                             * @description false: nothing of a run stays after its end.
                             * @default true
                             */
                            keep?: boolean;
                            /** @default 7d */
                            max_age?: string;
                            /** @default 10000 */
                            max_events?: number;
                        };
                        /**
                         * @description Time in steps that a run may take.
                         * @default 30s
                         */
                        timeout?: string;
                        /** @default {} */
                        retry?: {
                            /** @default 1 */
                            attempts?: number;
                            /** @default 1s */
                            backoff?: string;
                            /** @default 1m */
                            max_backoff?: string;
                        };
                        /** @description Hosts that code may reach: api.example.com, *.example.org, localhost:8080, tcp://db.example.com:5432. Left out: every public one. */
                        egress?: string[];
                        /**
                         * @description Variables of code and expressions: text, or { secret: NAME }.
                         * @default {}
                         */
                        env?: {
                            [key: string]: string | {
                                /** @description A secret of the environment: `bellhop env set NAME`. */
                                secret: string;
                            };
                        };
                        /** @default {} */
                        code?: {
                            /** @description What a step’s code may take: 256MB. */
                            memory?: string;
                            /** @description Processor time of one attempt. */
                            cpu?: string;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description This definition is the current version already; or lines, of which the last says how it ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                    "application/x-ndjson": {
                        /** @constant */
                        type: "progress";
                        /** @description What is being done. */
                        text: string;
                    } | {
                        /** @constant */
                        type: "deployed";
                        status: number;
                        deployment: components["schemas"]["Deployment"];
                    } | {
                        /** @constant */
                        type: "problem";
                        problem: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description A new version. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployment"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_workflows_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_workflows_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled: boolean;
                };
            };
        };
        responses: {
            /** @description The workflow as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_name_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_name_rotate_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token, shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        token: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_drafts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The drafts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        drafts: components["schemas"]["DraftEntry"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_drafts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Left out: the text’s, or that with a number where it is taken. */
                    name?: string;
                    /** @description Left out: a definition without steps. */
                    text?: string;
                    /** @description The name of an example to begin with, instead of a text. */
                    example?: string;
                };
            };
        };
        responses: {
            /** @description The draft. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draft. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_workflows_name_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                    /** @description The one that this is a change of; 0 where there is no draft yet. */
                    revision: number;
                    /** @description Another name, for a workflow that was never deployed. */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description The draft as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_workflows_name_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name_versions: {
        parameters: {
            query?: {
                limit?: number;
                /** @description Only those before this version. */
                before?: number;
            };
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: components["schemas"]["Version"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name_versions_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
                version: number | "current";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionText"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_definitions_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Lower-case words joined by hyphens; a deploy under the same name makes a new version. */
                    name: string;
                    description?: string;
                    /** @description Whether triggers start runs. Left out: as it is, at first true. */
                    enabled?: boolean;
                    trigger: {
                        /** @constant */
                        type: "http";
                        /**
                         * @default {
                         *       "type": "none"
                         *     }
                         */
                        auth?: {
                            /** @constant */
                            type: "none";
                        } | {
                            /** @constant */
                            type: "token";
                        };
                        /**
                         * @description immediate (default), static or { static: { status, headers, body } }, custom ($.respond), last_step.
                         * @default immediate
                         */
                        respond?: ("immediate" | "static" | "custom" | "last_step") | {
                            static: {
                                /** @default 200 */
                                status?: number;
                                /**
                                 * @description Response headers.
                                 * @default {}
                                 */
                                headers?: {
                                    [key: string]: string;
                                };
                                /** @description Text goes as it is, anything else as JSON. */
                                body?: unknown;
                            };
                        };
                        /**
                         * @description true (default): any origin; false: none; or { origins: [...] }.
                         * @default true
                         */
                        cors?: boolean | {
                            origins: string[];
                        };
                        /**
                         * @description With `auth: none`: whether whoever knows the address may choose, by what they send, whose credential a store is asked for.
                         * @default false
                         */
                        allow_anonymous?: boolean;
                    } | {
                        /** @constant */
                        type: "schedule";
                        /** @description Minute, hour, day of the month, month, day of the week; with the second in front if there are six. */
                        cron?: string;
                        /** @description Counted from 1970-01-01T00:00:00Z: 15m is :00, :15, :30 and :45. */
                        every?: string;
                        /**
                         * @description IANA time zone of the cron expression, and of the event’s `timezone_configured`.
                         * @default UTC
                         */
                        timezone?: string;
                        /**
                         * @description Ticks that came while the server was down: run the latest of them once, or none.
                         * @default run_once
                         * @enum {string}
                         */
                        missed?: "run_once" | "skip";
                    };
                    steps: ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                        use: string;
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description A module whose default export is a component or a function; or a script, see `language`. */
                        code?: string;
                        /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                        file?: string;
                        /**
                         * @description javascript (default; types are taken out as well), typescript, python or bash.
                         * @default javascript
                         * @enum {string}
                         */
                        language?: "javascript" | "typescript" | "python" | "bash";
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | unknown | unknown) | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description How long the run sleeps. */
                        delay: string;
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description Ends the run here when the reference is truthy, or the condition holds. */
                        end_if: string | {
                            /** @description What is looked at: a reference. */
                            value: unknown;
                            /** @enum {string} */
                            is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                            equals?: unknown;
                            not_equals?: unknown;
                            greater_than?: unknown;
                            less_than?: unknown;
                            contains?: unknown;
                            /** @description What history shows for a run that ends here. */
                            reason?: string;
                        };
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The list, as a reference: {{steps.users.$return_value}}. */
                        each: string;
                        /**
                         * @description How the inner steps refer to the item: {{item.id}}.
                         * @default item
                         */
                        as?: string;
                        /**
                         * @description How many items at a time.
                         * @default 1
                         */
                        concurrency?: number;
                        /**
                         * @description Whether a failed item fails the step, or is counted and left behind.
                         * @default stop
                         * @enum {string}
                         */
                        on_error?: "stop" | "continue";
                        steps: ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                            use: string;
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description A module whose default export is a component or a function; or a script, see `language`. */
                            code?: string;
                            /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                            file?: string;
                            /**
                             * @description javascript (default; types are taken out as well), typescript, python or bash.
                             * @default javascript
                             * @enum {string}
                             */
                            language?: "javascript" | "typescript" | "python" | "bash";
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | unknown | unknown) | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description How long the run sleeps. */
                            delay: string;
                        } | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description Ends the run here when the reference is truthy, or the condition holds. */
                            end_if: string | {
                                /** @description What is looked at: a reference. */
                                value: unknown;
                                /** @enum {string} */
                                is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                                equals?: unknown;
                                not_equals?: unknown;
                                greater_than?: unknown;
                                less_than?: unknown;
                                contains?: unknown;
                                /** @description What history shows for a run that ends here. */
                                reason?: string;
                            };
                        })[];
                    })[];
                    /** @default {} */
                    settings?: {
                        /** @default {} */
                        retention?: {
                            /**
                             * @description false: nothing of a run stays after its end.
                             * @default true
                             */
                            keep?: boolean;
                            /** @default 7d */
                            max_age?: string;
                            /** @default 10000 */
                            max_events?: number;
                        };
                        /**
                         * @description Time in steps that a run may take.
                         * @default 30s
                         */
                        timeout?: string;
                        /** @default {} */
                        retry?: {
                            /** @default 1 */
                            attempts?: number;
                            /** @default 1s */
                            backoff?: string;
                            /** @default 1m */
                            max_backoff?: string;
                        };
                        /** @description Hosts that code may reach: api.example.com, *.example.org, localhost:8080, tcp://db.example.com:5432. Left out: every public one. */
                        egress?: string[];
                        /**
                         * @description Variables of code and expressions: text, or { secret: NAME }.
                         * @default {}
                         */
                        env?: {
                            [key: string]: string | {
                                /** @description A secret of the environment: `bellhop env set NAME`. */
                                secret: string;
                            };
                        };
                        /** @default {} */
                        code?: {
                            /** @description What a step’s code may take: 256MB. */
                            memory?: string;
                            /** @description Processor time of one attempt. */
                            cpu?: string;
                        };
                    };
                };
                "application/yaml": {
                    /** @description Lower-case words joined by hyphens; a deploy under the same name makes a new version. */
                    name: string;
                    description?: string;
                    /** @description Whether triggers start runs. Left out: as it is, at first true. */
                    enabled?: boolean;
                    trigger: {
                        /** @constant */
                        type: "http";
                        /**
                         * @default {
                         *       "type": "none"
                         *     }
                         */
                        auth?: {
                            /** @constant */
                            type: "none";
                        } | {
                            /** @constant */
                            type: "token";
                        };
                        /**
                         * @description immediate (default), static or { static: { status, headers, body } }, custom ($.respond), last_step.
                         * @default immediate
                         */
                        respond?: ("immediate" | "static" | "custom" | "last_step") | {
                            static: {
                                /** @default 200 */
                                status?: number;
                                /**
                                 * @description Response headers.
                                 * @default {}
                                 */
                                headers?: {
                                    [key: string]: string;
                                };
                                /** @description Text goes as it is, anything else as JSON. */
                                body?: unknown;
                            };
                        };
                        /**
                         * @description true (default): any origin; false: none; or { origins: [...] }.
                         * @default true
                         */
                        cors?: boolean | {
                            origins: string[];
                        };
                        /**
                         * @description With `auth: none`: whether whoever knows the address may choose, by what they send, whose credential a store is asked for.
                         * @default false
                         */
                        allow_anonymous?: boolean;
                    } | {
                        /** @constant */
                        type: "schedule";
                        /** @description Minute, hour, day of the month, month, day of the week; with the second in front if there are six. */
                        cron?: string;
                        /** @description Counted from 1970-01-01T00:00:00Z: 15m is :00, :15, :30 and :45. */
                        every?: string;
                        /**
                         * @description IANA time zone of the cron expression, and of the event’s `timezone_configured`.
                         * @default UTC
                         */
                        timezone?: string;
                        /**
                         * @description Ticks that came while the server was down: run the latest of them once, or none.
                         * @default run_once
                         * @enum {string}
                         */
                        missed?: "run_once" | "skip";
                    };
                    steps: ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                        use: string;
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | ({
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description A module whose default export is a component or a function; or a script, see `language`. */
                        code?: string;
                        /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                        file?: string;
                        /**
                         * @description javascript (default; types are taken out as well), typescript, python or bash.
                         * @default javascript
                         * @enum {string}
                         */
                        language?: "javascript" | "typescript" | "python" | "bash";
                        /** @description How each app of the action gets its credentials. */
                        auth?: {
                            [key: string]: {
                                /** @description A connected account, by its name. */
                                account?: string;
                                /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                runtime?: {
                                    [key: string]: string;
                                };
                                /** @description Fetched by the binding from a store, and never an export. */
                                store?: {
                                    /** @description The store, as `bellhop stores` lists it. */
                                    from: string;
                                    /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                    path?: string;
                                    /** @description Databases: what stands for $1 in the store’s query. */
                                    key?: string;
                                    /** @description Nango: the id of the connection. */
                                    connection?: string;
                                    /** @description Nango: the id of the integration. */
                                    integration?: string;
                                    /** @description Vault, AWS: another version than the current one. */
                                    version?: string | number;
                                    /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                    fields?: {
                                        [key: string]: string;
                                    };
                                };
                                /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                app?: string;
                                /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                hosts?: string[];
                                /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                places?: {
                                    headers?: boolean | string[];
                                    query?: string[];
                                    body?: string[];
                                };
                                /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                not_secret?: string[];
                            };
                        };
                        /** @description The inputs of the action. */
                        props?: {
                            [key: string]: unknown;
                        };
                        /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                        reveal?: boolean;
                        retry?: {
                            /** @description Attempts in all; 1 means no retry. */
                            attempts?: number;
                            /** @description Wait before the second attempt; doubles each time. */
                            backoff?: string;
                            /** @description Longest wait between two attempts. */
                            max_backoff?: string;
                        };
                        /** @description Time for one attempt. */
                        timeout?: string;
                    } | unknown | unknown) | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description How long the run sleeps. */
                        delay: string;
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description Ends the run here when the reference is truthy, or the condition holds. */
                        end_if: string | {
                            /** @description What is looked at: a reference. */
                            value: unknown;
                            /** @enum {string} */
                            is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                            equals?: unknown;
                            not_equals?: unknown;
                            greater_than?: unknown;
                            less_than?: unknown;
                            contains?: unknown;
                            /** @description What history shows for a run that ends here. */
                            reason?: string;
                        };
                    } | {
                        /** @description How later steps refer to this one: steps.<name>. */
                        name: string;
                        /** @description The list, as a reference: {{steps.users.$return_value}}. */
                        each: string;
                        /**
                         * @description How the inner steps refer to the item: {{item.id}}.
                         * @default item
                         */
                        as?: string;
                        /**
                         * @description How many items at a time.
                         * @default 1
                         */
                        concurrency?: number;
                        /**
                         * @description Whether a failed item fails the step, or is counted and left behind.
                         * @default stop
                         * @enum {string}
                         */
                        on_error?: "stop" | "continue";
                        steps: ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key. */
                            use: string;
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | ({
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description A module whose default export is a component or a function; or a script, see `language`. */
                            code?: string;
                            /** @description Where the code is: `bellhop deploy` reads it beside the definition, and messages name it. */
                            file?: string;
                            /**
                             * @description javascript (default; types are taken out as well), typescript, python or bash.
                             * @default javascript
                             * @enum {string}
                             */
                            language?: "javascript" | "typescript" | "python" | "bash";
                            /** @description How each app of the action gets its credentials. */
                            auth?: {
                                [key: string]: {
                                    /** @description A connected account, by its name. */
                                    account?: string;
                                    /** @description Each credential field of the app, as a reference: {{steps.trigger.event.body.token}}. */
                                    runtime?: {
                                        [key: string]: string;
                                    };
                                    /** @description Fetched by the binding from a store, and never an export. */
                                    store?: {
                                        /** @description The store, as `bellhop stores` lists it. */
                                        from: string;
                                        /** @description Vault, AWS: where the secret is: customers/{{…}}/slack. */
                                        path?: string;
                                        /** @description Databases: what stands for $1 in the store’s query. */
                                        key?: string;
                                        /** @description Nango: the id of the connection. */
                                        connection?: string;
                                        /** @description Nango: the id of the integration. */
                                        integration?: string;
                                        /** @description Vault, AWS: another version than the current one. */
                                        version?: string | number;
                                        /** @description Which field of the secret each credential field is; left out where the names are the same. */
                                        fields?: {
                                            [key: string]: string;
                                        };
                                    };
                                    /** @description In a step in Python or Bash: which app this is, where its name is another. */
                                    app?: string;
                                    /** @description For an app without hosts of its own: the exact hosts that the credential may go to. */
                                    hosts?: string[];
                                    /** @description For an app without hosts of its own: where in a request the credential may stand. */
                                    places?: {
                                        headers?: boolean | string[];
                                        query?: string[];
                                        body?: string[];
                                    };
                                    /** @description For an app that is in no catalogue: fields whose values may be seen, such as a subdomain. */
                                    not_secret?: string[];
                                };
                            };
                            /** @description The inputs of the action. */
                            props?: {
                                [key: string]: unknown;
                            };
                            /** @description Whether the code gets real credentials, not handles; needs `settings.egress`. */
                            reveal?: boolean;
                            retry?: {
                                /** @description Attempts in all; 1 means no retry. */
                                attempts?: number;
                                /** @description Wait before the second attempt; doubles each time. */
                                backoff?: string;
                                /** @description Longest wait between two attempts. */
                                max_backoff?: string;
                            };
                            /** @description Time for one attempt. */
                            timeout?: string;
                        } | unknown | unknown) | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description How long the run sleeps. */
                            delay: string;
                        } | {
                            /** @description How later steps refer to this one: steps.<name>. */
                            name: string;
                            /** @description Ends the run here when the reference is truthy, or the condition holds. */
                            end_if: string | {
                                /** @description What is looked at: a reference. */
                                value: unknown;
                                /** @enum {string} */
                                is?: "empty" | "not_empty" | "true" | "false" | "present" | "absent";
                                equals?: unknown;
                                not_equals?: unknown;
                                greater_than?: unknown;
                                less_than?: unknown;
                                contains?: unknown;
                                /** @description What history shows for a run that ends here. */
                                reason?: string;
                            };
                        })[];
                    })[];
                    /** @default {} */
                    settings?: {
                        /** @default {} */
                        retention?: {
                            /**
                             * @description false: nothing of a run stays after its end.
                             * @default true
                             */
                            keep?: boolean;
                            /** @default 7d */
                            max_age?: string;
                            /** @default 10000 */
                            max_events?: number;
                        };
                        /**
                         * @description Time in steps that a run may take.
                         * @default 30s
                         */
                        timeout?: string;
                        /** @default {} */
                        retry?: {
                            /** @default 1 */
                            attempts?: number;
                            /** @default 1s */
                            backoff?: string;
                            /** @default 1m */
                            max_backoff?: string;
                        };
                        /** @description Hosts that code may reach: api.example.com, *.example.org, localhost:8080, tcp://db.example.com:5432. Left out: every public one. */
                        egress?: string[];
                        /**
                         * @description Variables of code and expressions: text, or { secret: NAME }.
                         * @default {}
                         */
                        env?: {
                            [key: string]: string | {
                                /** @description A secret of the environment: `bellhop env set NAME`. */
                                secret: string;
                            };
                        };
                        /** @default {} */
                        code?: {
                            /** @description What a step’s code may take: 256MB. */
                            memory?: string;
                            /** @description Processor time of one attempt. */
                            cpu?: string;
                        };
                    };
                };
            };
        };
        responses: {
            /** @description What is wrong, and what is known of its steps. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedDefinition"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_examples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The examples. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        examples: components["schemas"]["Example"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name_test_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name, also of one that is a draft. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The test events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        test_events: components["schemas"]["TestEvent"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_name_test_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name, also of one that is a draft. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default POST */
                    method?: string;
                    /**
                     * Format: starts_with
                     * @description Below the endpoint.
                     * @default /
                     */
                    path?: string;
                    /** @default {} */
                    query?: {
                        [key: string]: string | string[];
                    };
                    /** @default {} */
                    headers?: {
                        [key: string]: string;
                    };
                    /**
                     * @description As a step sees it: JSON, or text.
                     * @default null
                     */
                    body?: components["schemas"]["Json"];
                };
            };
        };
        responses: {
            /** @description The test event. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestEvent"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_workflows_name_test_events_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name, also of one that is a draft. */
                name: string;
                /** @description The test event’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name_test_events_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name, also of one that is a draft. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["TestEventMessage"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs: {
        parameters: {
            query?: {
                /** @description Only of the workflow of this name. */
                workflow?: string;
                /** @description Only with this status, or one of several joined by commas. */
                status?: unknown;
                /** @description Only where this stands in id, error, note, event or what the steps left. Looks as long as it may; go on with the cursor. */
                text?: string;
                /** @description Only accepted at or after this time (ISO 8601). */
                since?: string;
                /** @description Only accepted before this time (ISO 8601). */
                until?: string;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_workflows_name_runs: {
        parameters: {
            query?: {
                /** @description Only with this status, or one of several joined by commas. */
                status?: unknown;
                /** @description Only where this stands in id, error, note, event or what the steps left. Looks as long as it may; go on with the cursor. */
                text?: string;
                /** @description Only accepted at or after this time (ISO 8601). */
                since?: string;
                /** @description Only accepted before this time (ISO 8601). */
                until?: string;
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_id_steps_step_items: {
        parameters: {
            query?: {
                status?: components["schemas"]["ItemStatus"];
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
                /** @description The name of the `each` step. */
                step: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of items, in the order of their list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemPage"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_id_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run is cancelled. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: string;
                        /** @constant */
                        cancelled: true;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_id_replay: {
        parameters: {
            query?: {
                /** @description The first step that runs; what finished before it is taken over. */
                from_step?: string;
            };
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayOffer"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_id_replay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The first step that runs; what finished before it is taken over. */
                    from_step?: string;
                    /**
                     * @description Values by path.
                     * @default {}
                     */
                    credentials?: {
                        [key: string]: string;
                    };
                    /** @description Another event, with its secrets in clear; they are taken out of it as at a trigger. */
                    event?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                };
            };
        };
        responses: {
            /** @description The new run has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_id_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The body of the request that ends the wait, as the step sees it.
                     * @default null
                     */
                    value?: components["schemas"]["Json"];
                };
            };
        };
        responses: {
            /** @description It goes on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        run: string;
                        /** @constant */
                        resumed: true;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_id_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The run’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LiveMessage"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_events: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ListMessage"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_accounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        accounts: components["schemas"]["Account"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_accounts_app_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s slug. */
                app: string;
                /** @description The name that definitions use. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    fields: {
                        [key: string]: string;
                    };
                    /**
                     * @description Whether the app may be one that is in no catalogue, for code that brings it along.
                     * @default false
                     */
                    unlisted?: boolean;
                };
            };
        };
        responses: {
            /** @description It is connected. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_accounts_app_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The app’s slug. */
                app: string;
                /** @description The name that definitions use. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_env: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secrets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secrets: components["schemas"]["EnvSecret"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_env_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that `settings.env` refers to. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    value: string;
                    /**
                     * @description The exact hosts that it may go to; with none it may go nowhere.
                     * @default []
                     */
                    hosts?: string[];
                    /**
                     * @description `true`: any request header; or their names.
                     * @default true
                     */
                    headers?: boolean | string[];
                    /**
                     * @description Query parameters in which it may stand.
                     * @default []
                     */
                    query?: string[];
                    /**
                     * @description Top-level body fields in which it may stand.
                     * @default []
                     */
                    body?: string[];
                };
            };
        };
        responses: {
            /** @description It is set. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_env_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that `settings.env` refers to. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_name_steps_step_options: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
                /** @description The name of a step that runs code. */
                step: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description With whose credentials, by the app’s prop: a connected account, or fields in clear, which are kept nowhere. Left out: the account that the step is bound to.
                     * @default {}
                     */
                    auth?: {
                        [key: string]: {
                            account: string;
                        } | {
                            fields: {
                                [key: string]: string;
                            };
                        };
                    };
                    /**
                     * @description What is filled in so far.
                     * @default {}
                     */
                    props?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    prop: string;
                    /** @default 0 */
                    page?: number;
                    prev_context?: components["schemas"]["Json"];
                    query?: string;
                };
            };
        };
        responses: {
            /** @description The choices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Options"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_workflows_name_steps_step_props: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workflow’s name. */
                name: string;
                /** @description The name of a step that runs code. */
                step: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description With whose credentials, by the app’s prop: a connected account, or fields in clear, which are kept nowhere. Left out: the account that the step is bound to.
                     * @default {}
                     */
                    auth?: {
                        [key: string]: {
                            account: string;
                        } | {
                            fields: {
                                [key: string]: string;
                            };
                        };
                    };
                    /**
                     * @description What is filled in so far.
                     * @default {}
                     */
                    props?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                };
            };
        };
        responses: {
            /** @description The props, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        props: {
                            [key: string]: {
                                [key: string]: components["schemas"]["Json"];
                            };
                        };
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_steps_describe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /** @description The name of the step. */
                    step: string;
                } | {
                    /** @description What a definition writes after `use:`. */
                    use: string;
                };
            };
        };
        responses: {
            /** @description The form; or lines, of which the last says how it ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepForm"];
                    "application/x-ndjson": {
                        /** @constant */
                        type: "progress";
                        /** @description What is being done. */
                        text: string;
                    } | {
                        /** @constant */
                        type: "form";
                        form: components["schemas"]["StepForm"];
                    } | {
                        /** @constant */
                        type: "problem";
                        problem: components["schemas"]["Problem"];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_steps_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description With whose credentials, by the app’s prop: a connected account, or fields in clear, which are kept nowhere. Left out: the account that the step is bound to.
                     * @default {}
                     */
                    auth?: {
                        [key: string]: {
                            account: string;
                        } | {
                            fields: {
                                [key: string]: string;
                            };
                        };
                    };
                    /**
                     * @description What is filled in so far.
                     * @default {}
                     */
                    props?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    prop: string;
                    /** @default 0 */
                    page?: number;
                    prev_context?: components["schemas"]["Json"];
                    query?: string;
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /** @description The name of the step. */
                    step: string;
                };
            };
        };
        responses: {
            /** @description The choices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Options"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_steps_props: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /** @description The name of the step. */
                    step: string;
                    /**
                     * @description With whose credentials, by the app’s prop: a connected account, or fields in clear, which are kept nowhere. Left out: the account that the step is bound to.
                     * @default {}
                     */
                    auth?: {
                        [key: string]: {
                            account: string;
                        } | {
                            fields: {
                                [key: string]: string;
                            };
                        };
                    };
                    /**
                     * @description What is filled in so far.
                     * @default {}
                     */
                    props?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                };
            };
        };
        responses: {
            /** @description Those besides the form’s, and those of the form’s that are others now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        props: components["schemas"]["PropForm"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /**
                     * @description Values for runtime bindings, by step, app and field: they take the place of what the binding reads, and are kept in the session’s memory only.
                     * @default {}
                     */
                    fields?: {
                        [key: string]: {
                            [key: string]: {
                                [key: string]: string;
                            };
                        };
                    };
                    /** @description What a trigger would deliver; what is left out is made up. */
                    event: {
                        [key: string]: components["schemas"]["Json"];
                    };
                } | {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /**
                     * @description Values for runtime bindings, by step, app and field: they take the place of what the binding reads, and are kept in the session’s memory only.
                     * @default {}
                     */
                    fields?: {
                        [key: string]: {
                            [key: string]: {
                                [key: string]: string;
                            };
                        };
                    };
                    /** @description The id of a test event. */
                    test_event: string;
                } | {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /**
                     * @description Values for runtime bindings, by step, app and field: they take the place of what the binding reads, and are kept in the session’s memory only.
                     * @default {}
                     */
                    fields?: {
                        [key: string]: {
                            [key: string]: {
                                [key: string]: string;
                            };
                        };
                    };
                    /** @description The id of a run, whose event is taken without its secrets. */
                    run: string;
                };
            };
        };
        responses: {
            /** @description The session, with its event as it may be shown. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The session’s id. */
                        id: string;
                        event: components["schemas"]["Json"];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tests_id_steps_step: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session’s id. */
                id: string;
                /** @description The name of a step that is in no `each`. */
                step: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /**
                     * @description Values for runtime bindings, by step, app and field: they take the place of what the binding reads, and are kept in the session’s memory only.
                     * @default {}
                     */
                    fields?: {
                        [key: string]: {
                            [key: string]: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Lines, of which the last is of the type `finished` or `problem`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["TestLine"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_tests_id_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The definition that is being written, as YAML or JSON. */
                    definition: string;
                    /**
                     * @description Values for runtime bindings, by step, app and field: they take the place of what the binding reads, and are kept in the session’s memory only.
                     * @default {}
                     */
                    fields?: {
                        [key: string]: {
                            [key: string]: {
                                [key: string]: string;
                            };
                        };
                    };
                };
            };
        };
        responses: {
            /** @description Lines, of which the last is of the type `finished` or `problem`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["TestLine"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_tests_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session’s id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone, with everything in it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_accounts_test: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The app’s slug. */
                    app: string;
                    fields: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description How it went. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tried"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_bindings_try: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The app’s slug. */
                    app: string;
                    /** @description As a definition has it: `store` or `account`. */
                    binding: {
                        [key: string]: components["schemas"]["Json"];
                    };
                    /**
                     * @description What its references read: `trigger` and the exports of steps, as the page has them.
                     * @default {}
                     */
                    steps?: {
                        [key: string]: components["schemas"]["Json"];
                    };
                };
            };
        };
        responses: {
            /** @description How it went. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriedBinding"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_audit: {
        parameters: {
            query?: {
                /** @description The id of the last entry of the page before. */
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_stores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stores. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stores: components["schemas"]["Store"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_store_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        kinds: components["schemas"]["StoreKind"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_leases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 100. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        leases: components["schemas"]["Lease"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_stores_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that definitions use. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    kind: string;
                    config: {
                        [key: string]: components["schemas"]["Json"];
                    };
                };
            };
        };
        responses: {
            /** @description It is there. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_stores_name: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                /** @description The name that definitions use. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_stores_name_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name that definitions use. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A path, key or connection to look at. */
                    path?: string;
                    integration?: string;
                };
            };
        };
        responses: {
            /** @description What was looked at. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ok: boolean;
                        checks: components["schemas"]["StoreCheck"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_data_stores: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data stores, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data_stores: components["schemas"]["DataStore"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_data_stores_store_entries: {
        parameters: {
            query?: {
                /** @description Only the entry under this key. */
                key?: string;
                /** @description `next_key` of the page before. */
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The name of the data store. */
                store: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["DataEntry"][];
                        /** @description Gets the next page, as `after`. */
                        next_key: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_data_stores_store_entries: {
        parameters: {
            query: {
                key: string;
            };
            header?: never;
            path: {
                /** @description The name of the data store. */
                store: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_data_stores_store: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the data store. */
                store: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_apps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The apps. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        apps: components["schemas"]["App"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_actions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The actions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        actions: components["schemas"]["Action"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_native_steps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NativeSteps"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_components: {
        parameters: {
            query: {
                search: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The best first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        packages: components["schemas"]["ComponentPackage"][];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_components_package: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `@scope/name`, perhaps with `@version`. */
                package: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The package. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ComponentOffer"];
                };
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_openapi_json: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI 3.1 document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}

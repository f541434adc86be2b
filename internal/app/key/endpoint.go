package key

import (
	"slices"
	"strings"

	"parley/internal/kit/conf"
)

// endpoints lists the providers.
func endpoints() []conf.Key {
	return keys(
		[]row{
			k("endpoints.allowedAddresses", texts, `Private "host:port" that users' own addresses may lead to.`).strict().like("[10.0.0.5:11434]"),
			k("endpoints.custom", list, "Servers that speak OpenAI's or Anthropic's protocol."),
		},
		shared("endpoints.all"), named("endpoints.openAI"), named("endpoints.google"), named("endpoints.anthropic"), vertex(), azure(), bedrock(),
		below("endpoints.openAI", k("organizationId", text, "Organisation that is charged; here the variable OPENAI_ORGANIZATION.").theirs()),
		assistants("endpoints.assistants"), assistants("endpoints.azureAssistants"),
		waiting(agents(), codeSessions()),
		shared("endpoints.custom[]"), custom(),
	)
}

// shared are the options of every endpoint.
func shared(at string) []row {
	return slices.Concat(
		below(at,
			k("streamRate", whole, "Wait between two pieces of an answer. Parley has a pace of its own.").like("25").theirs(),
			k("titleConvo", yesNo, "The model writes the titles of chats; otherwise they are the first words."),
			k("titleModel", text, "Model that writes titles; current_model is the chat's own.").like("current_model"),
			k("titleEndpoint", text, "Endpoint that writes titles.").like("openAI"),
			k("titleTiming", text, "When titles are written: after the answer, or beside it from the question alone. In LibreChat the default is immediate.").of("final", "immediate"),
			k("titleMethod", text, "How LibreChat asks for them; here always in plain words.").of("completion", "functions", "structured").theirs(),
			k("titlePrompt", text, "The question for a title; {convo} is the chat.").like("A title for: {convo}"),
			k("titlePromptTemplate", text, "Form of {convo}; it holds {input} and {output}.").like("{input} {output}"),
			k("maxToolResultChars", whole, "Most of a tool's result that a model is shown, in characters.").least(1).like("50000"),
			k("headers", section, "Headers of every request.").like("{X-Team: chat}"),
			k("fallback", texts, "Models that answer while this endpoint's cannot.").like("[anthropic/claude-haiku-4-5]"),
			k("modelFallback", section, "The same for single models.").like("{gpt-5: [anthropic/claude-sonnet-4-5]}"),
			k("proxy", text, "Proxy of this endpoint's requests; direct is none.").secret().like("http://proxy:3128"),
			k("timeouts.connect", duration, "Wait for a connection.").like("10s"),
			k("timeouts.firstToken", duration, "Wait for the beginning of an answer.").like("2m"),
			k("timeouts.idle", duration, "Longest pause in an answer.").like("2m"),
			k("limits.requestsPerMinute", whole, "Most requests in a minute; more wait.").least(0).like("60"),
			k("limits.tokensPerMinute", whole, "Most tokens in a minute; more wait.").least(0).like("100000"),
			k("limits.concurrent", whole, "Most requests at once; more wait.").least(0).like("8"),
		),
		labels(at),
	)
}

// labels are headings that a quick model writes over what another does.
func labels(at string) []row {
	return waiting(below(at,
		k("activityLabel", yesNo, "What an agent does gets headings.").or("false"),
		k("activityModel", text, "Model that writes them.").like("gpt-5-nano"),
		k("activityEndpoint", text, "Endpoint that writes them.").like("openAI"),
		k("activityPrompt", text, "How they are asked for.").like("Say in five words what happens."),
		k("activityMaxPerRun", whole, "Most headings of one answer.").or("20").least(1),
		k("activityCharLimit", whole, "What is shown of each step, in characters.").or("600").least(1),
		k("activityPhaseLabel", yesNo, "Several steps get one heading more.").or("false"),
		k("activityPhaseModel", text, "Model that writes it.").like("gpt-5-nano"),
		k("activityPhaseEndpoint", text, "Endpoint that writes it.").like("openAI"),
		k("activityPhasePrompt", text, "How it is asked for.").like("Sum these steps up."),
		k("activityPhaseMaxPerRun", whole, "Most of these in one answer.").or("5").least(1),
		k("reasoningLabel", yesNo, "Thinking gets a heading while it runs.").or("false"),
		k("reasoningLabelModel", text, "Model that writes it.").like("gpt-5-nano"),
		k("reasoningLabelEndpoint", text, "Endpoint that writes it.").like("openAI"),
		k("reasoningLabelPrompt", text, "How it is asked for.").like("What is this about?"),
		k("reasoningLabelMinChars", whole, "Thinking that is long enough for one, in characters.").or("500"),
		k("reasoningLabelUpdateChars", whole, "Characters until the next.").or("400"),
		k("reasoningLabelUpdateIntervalMs", whole, "Milliseconds until the next.").or("3000"),
		k("reasoningLabelMaxPerRun", whole, "Most of these in one answer.").or("8"),
	))
}

// named are the options of an endpoint that Parley knows by name.
func named(at string) []row {
	return slices.Concat(shared(at), below(at,
		k("apiKey", text, "Key. Without it, that of the environment.").secret(),
		k("apiKeys", texts, "More keys; calls take turns among them.").secret().like("[${KEY_1}, ${KEY_2}]"),
		k("baseURL", text, "Another address.").like("https://gateway.example.com/v1"),
		k("models.default", texts|list, "Models, by name or as {name, description}. Without it, the server's own list.").like("[gpt-5-mini]"),
		k("models.default[].name", text, "Name of the model.").like("gpt-5-mini"),
		k("models.default[].description", text, "What it is good for, in the list of models.").like("For everyday questions."),
		k("models.fetch", yesNo, "The server's list counts too.").or("false"),
		k("models.userIdQuery", yesNo, "The question for the list names the user.").or("false"),
	))
}

// custom are the options of endpoints.custom[].
func custom() []row {
	return slices.Concat(definitions(), below("endpoints.custom[]",
		k("name", text, `Name; the first half of "Office/qwen3:32b".`).like("Office"),
		k("apiKey", text, "Key. A local server may do without.").secret().like("${OFFICE_KEY}"),
		k("apiKeys", texts, "More keys; calls take turns among them.").secret().like("[${KEY_1}, ${KEY_2}]"),
		k("baseURL", text, "Address; it may be in the own network.").like("http://10.0.0.5:11434/v1"),
		k("provider", text, "The kind of provider that it is, if it is none that speaks OpenAI's protocol in the usual way.").like("anthropic"),
		k("region", text, "Region of Amazon Bedrock, or location of Vertex AI.").like("eu-central-1"),
		k("project", text, "Project of Vertex AI. Without it, that of the key.").like("my-project"),
		k("version", text, "Version of Azure's API. Without it, the one without a date.").like("2024-12-01-preview"),
		k("iconURL", text, "Icon: a picture as data:image/...; else it is a letter. Pictures of other servers are not loaded.").like("ollama"),
		k("modelDisplayLabel", text, "Name under which its models answer. Without it, that of the model.").like("Office"),
		k("models.default", texts|list, "Models, by name or as {name, description}. Without it, the server's own list.").like("[qwen3:32b]"),
		k("models.default[].name", text, "Name of the model.").like("qwen3:32b"),
		k("models.default[].description", text, "What it is good for, in the list of models.").like("Quick, and in our own house."),
		k("models.fetch", yesNo, "The server's list counts too.").or("false"),
		k("models.userIdQuery", yesNo, "The question for the list names the user.").or("false"),
		k("addParams", section, "Parameters added to every request.").like("{top_k: 20}"),
		k("dropParams", texts, "Parameters left out of every request.").like("[stop]"),
		k("directEndpoint", yesNo, "The base URL is the very address of completions.").or("false"),
		k("titleMessageRole", text, "Role of the instructions for a title; user puts all into one message.").or("system"),
		k("tokenConfig.*.prompt", number, "US dollars for a million tokens sent.").like("3"),
		k("tokenConfig.*.completion", number, "US dollars for a million tokens answered.").like("15"),
		k("tokenConfig.*.context", whole, "Context of the model in tokens.").like("200000"),
		k("tokenConfig.*.cacheRead", number, "US dollars for a million tokens read from the cache.").like("0.3"),
		k("tokenConfig.*.cacheWrite", number, "US dollars for a million tokens written to the cache.").like("3.75"),
		k("customParams.defaultParamsEndpoint", text, "Endpoint whose form its parameters have: with anthropic thinking is asked for as Anthropic's protocol does; with others as OpenAI's.").or("custom"),
		k("customParams.reasoningFormat", text, "How thinking is asked for: reasoning_object is an object with the effort; otherwise as the server's kind likes it.").like("reasoning_object"),
		k("customParams.reasoningKey", text, "Field of messages that thinking is sent back in. Answers are read in either.").of("reasoning", "reasoning_content"),
		k("customParams.includeReasoningContent", yesNo, "Thinking is sent back within a turn."),
		k("customParams.includeReasoningHistory", yesNo, "The same; thinking of earlier turns is sent back where these called tools."),
		k("customParams.paramDefinitions", list, "Parameters that users can set.").like("[{key: top_k, type: number, default: 20}]"),
		k("summarize", yesNo, "An older switch of summaries.").theirs(),
		k("summaryModel", text, "Older name of the model that sums up.").theirs(),
		k("forcePrompt", yesNo, "An older form of requests.").theirs(),
	))
}

// definitions describe parameters that users can set.
func definitions() []row {
	return below("endpoints.custom[].customParams.paramDefinitions[]",
		k("key", text, "Name of the parameter.").like("top_k"),
		k("type", text, "Its kind; here it is that of the parameter.").of("number", "string", "boolean", "array", "enum").theirs(),
		k("default", free, "Its value where nobody chose one.").like("20"),
		k("label", text, "What people read.").like("Top K"),
		k("labelCode", yesNo, "The label is the name of a text of LibreChat's.").theirs(),
		k("description", text, "What it does.").like("Number of likely words that count."),
		k("descriptionCode", yesNo, "The description is the name of a text of LibreChat's.").theirs(),
		k("descriptionSide", text, "Side that the description opens to.").theirs(),
		k("placeholder", text, "Text of the empty field.").like("20"),
		k("placeholderCode", yesNo, "The placeholder is the name of a text of LibreChat's.").theirs(),
		k("component", text, "How it is set.").of("input", "textarea", "slider", "switch", "checkbox", "dropdown", "combobox", "tags"),
		k("optionType", text, "Where LibreChat keeps it.").theirs(),
		k("options", free|list, "Values to choose from.").like("[low, high]"),
		k("enumMappings", section, "What values are called; numbers are for sliders of LibreChat's.").like("{low: Quick}"),
		k("range.min", number, "Least number.").like("0"), k("range.max", number, "Greatest number.").like("100"),
		k("range.step", number, "Step between two numbers.").like("1"), k("range.positiveMin", number, "Least number above nothing.").like("1"),
		k("columns", whole, "Columns that there are.").or("4").from(1, 4), k("columnSpan", whole, "Columns that it takes; up to a half of them puts it beside another.").from(1, 4).like("2"),
		k("minText", whole, "Shortest text.").like("0"), k("maxText", whole, "Longest text.").like("100"),
		k("minTags", whole, "Fewest tags.").like("0"), k("maxTags", whole, "Most tags.").like("4"),
		k("includeInput", yesNo, "A slider has a field beside it."), k("showDefault", yesNo, "The default is shown."),
		k("showLabel", yesNo, "The label is shown."),
		k("searchPlaceholder", text, "Text of the empty search of LibreChat's list.").theirs(), k("selectPlaceholder", text, "Text where nothing is chosen.").like("Choose"),
	)
}

// vertex is Claude on Google Cloud.
func vertex() []row {
	return below("endpoints.anthropic",
		k("vertex.region", text, "Region that the models are served in.").or("us-east5"),
		k("vertex.projectId", text, "Project. Without it, that of the key.").like("my-project"),
		k("vertex.serviceKeyFile", text, "File with the key of a service account.").like("/run/secrets/google.json"),
		k("vertex.deploymentName", text, "Name of the model there.").like("claude-sonnet-4-5@20250929"),
		k("vertex.models", texts|section, "Models: a list, or names with {deploymentName}.").like("[claude-sonnet-4-5]"),
	)
}

// azure is OpenAI on Azure.
func azure() []row {
	return slices.Concat(shared("endpoints.azureOpenAI"), below("endpoints.azureOpenAI",
		k("assistants", yesNo, "The ended Assistants API is used.").theirs(),
		k("plugins", yesNo, "An older switch of tools.").theirs(),
		k("titleConvoModel", text, "Older name of titleModel.").theirs(),
	), below("endpoints.azureOpenAI.groups[]",
		k("group", text, "Name of the group.").like("europe"),
		k("apiKey", text, "Key.").secret().like("${AZURE_KEY}"),
		k("instanceName", text, "Instance.").like("my-instance"),
		k("deploymentName", text, "Deployment of models that name none.").like("gpt-5"),
		k("version", text, "Version of the API.").like("2024-12-01-preview"),
		k("baseURL", text, "Another address.").like("https://gateway.example.com"),
		k("additionalHeaders", section, "Headers of every request.").like("{X-Team: chat}"),
		k("serverless", yesNo, "The model is served without an instance.").or("false"),
		k("assistants", yesNo, "The ended Assistants API is used.").theirs(),
		k("forcePrompt", yesNo, "An older form of requests.").theirs(),
		k("addParams", section, "Parameters added to every request.").like("{top_k: 20}"),
		k("dropParams", texts, "Parameters left out of every request.").like("[stop]"),
		k("models.*", yesNo|section, "A model: true, or its deployment.").like("true"),
		k("models.*.deploymentName", text, "Its deployment.").like("gpt-5"),
		k("models.*.version", text, "Its version of the API.").like("2024-12-01-preview"),
		k("models.*.assistants", yesNo, "It serves the ended Assistants API.").theirs(),
	))
}

// bedrock is Amazon's.
func bedrock() []row {
	return slices.Concat(shared("endpoints.bedrock"), below("endpoints.bedrock",
		k("availableRegions", texts, "Regions that users choose from, in a model's parameters; the first is usual where the environment names none.").like("[us-east-1, eu-central-1]"),
		k("models", texts, "Models.").like("[anthropic.claude-sonnet-4-5-20250929-v1:0]"),
		k("inferenceProfiles", section, "Profile that is called in the place of a model.").like("{model: arn}"),
		k("guardrailConfig.guardrailIdentifier", text, "Filter of what goes in and out.").strict().like("abc123"),
		k("guardrailConfig.guardrailVersion", text, "Its version.").strict().like("1"),
		k("guardrailConfig.trace", text, "What it tells of its work.").of("disabled", "enabled", "enabled_full"),
		k("guardrailConfig.streamProcessingMode", text, "Whether answers wait for it.").of("sync", "async"),
	))
}

// assistants are the options of OpenAI's Assistants API, which has ended.
func assistants(at string) []row {
	all := slices.Concat(shared(at), below(at,
		k("disableBuilder", yesNo, "Users make no assistants."), k("pollIntervalMs", whole, "Wait between two looks."),
		k("timeoutMs", whole, "Longest run."), k("version", text|whole, "Version of the API.").like("2"),
		k("supportedIds", texts, "The only assistants."), k("excludedIds", texts, "Assistants that are left out."),
		k("privateAssistants", yesNo, "Assistants belong to those who made them."),
		k("retrievalModels", texts, "Models that search files."), k("capabilities", texts, "What assistants can do."),
		k("apiKey", text, "Key.").secret(), k("models", texts|section, "Models."),
	))
	for i := range all {
		all[i] = all[i].theirs()
	}
	return all
}

// agents are the bounds and abilities of agents.
func agents() []row {
	common := shared("endpoints.agents")
	for i, r := range common {
		if strings.HasSuffix(r.Path, ".maxToolResultChars") {
			common[i] = r.acts()
		}
	}
	return slices.Concat(common, below("endpoints.agents",
		k("recursionLimit", whole, "Steps of one turn, unless the section chat says how many.").or("25").least(1).restart().acts(),
		k("maxRecursionLimit", whole, "Most that recursionLimit may be.").like("50").least(1).restart().acts(),
		k("maxToolCallArgBytes", whole, "Longest arguments of a call, in bytes; 0 is no bound.").or("65536").least(0),
		k("maxToolCallArgBytesByTool", section, "The same for single tools.").like("{create_file: 131072}"),
		k("maxDeltaEventsPerTurn", whole, "Most pieces of one answer; 0 is no bound.").or("0").least(0),
		k("disableBuilder", yesNo, "Users make no agents.").or("false"),
		k("allowedProviders", texts, "The only endpoints that agents may use.").strict().like("[openAI]"),
		k("capabilities", texts, "What agents can do.").like("[web_search, tools]"),
		k("disabled", yesNo, "An older switch of agents.").theirs(),
		k("maxCitations", whole, "Most quotations of one answer.").or("30"),
		k("maxCitationsPerFile", whole, "Most of one file.").or("7"),
		k("minRelevanceScore", number, "How well a place has to fit.").or("0.45").from(0, 1),
		k("maxSubagents", whole, "Most agents that one may call.").or("10").from(1, 50),
		k("maxProviderErrorChars", whole, "What is kept of a provider's error, in characters.").or("2000"),
		k("modelResponseHeadersTimeoutMs", whole, "Wait for an answer; 0 is for ever.").or("300000").least(0).acts(),
		k("modelResponseBodyTimeoutMs", whole, "Longest pause in an answer; 0 is no bound.").or("900000").least(0).acts(),
		k("maxRetainedToolCountChars", whole, "LibreChat's gauge of stopped turns.").theirs(),
		k("codeApiUploadConcurrency", whole, "Files brought to the sandbox at once.").or("3").from(1, 100),
		k("codeApiMaxRetryWaitMs", whole, "Longest wait for a busy sandbox.").or("20000"),
		k("toolApproval.enabled", yesNo, "Calls of tools are asked about.").or("false").strict().acts(),
		k("toolApproval.mode", text, "What happens to a call that no rule names.").of("default", "dontAsk", "bypass").strict().acts(),
		k("toolApproval.allow", texts, "Calls that run unasked, as patterns.").strict().like("[calculator]").acts(),
		k("toolApproval.deny", texts, "Calls that never run.").strict().like(`["shell*"]`).acts(),
		k("toolApproval.ask", texts, "Calls that are always asked about.").strict().like(`["mail_*"]`).acts(),
		k("toolApproval.reason", text, "Words of the question; {tool} is the tool.").like("May {tool} run?").acts(),
		k("toolApproval.hooks", list, "LibreChat's modules that decide.").strict().like("[{module: ./hook.js, matcher: '.*'}]"),
		k("checkpointer.type", text, "Where LibreChat keeps paused runs.").of("mongo", "memory").theirs(),
		k("checkpointer.ttl", whole, "How long a paused run waits, in seconds.").or("86400"),
		k("checkpointer.checkpointCollectionName", text, "LibreChat's collection.").theirs(),
		k("checkpointer.checkpointWritesCollectionName", text, "LibreChat's collection.").theirs(),
		k("skills.maxCatalogSkills", whole, "Most skills that a model reads of.").or("20").from(1, 100),
		k("remoteApi.auth.apiKey.enabled", yesNo, "Agents can be called with a key."),
		k("remoteApi.auth.oidc.enabled", yesNo, "Agents can be called with a token of the identity provider."),
		k("remoteApi.auth.oidc.issuer", text, "Its address.").like("https://id.example.com"),
		k("remoteApi.auth.oidc.jwksUri", text, "Where its keys are.").like("https://id.example.com/keys"),
		k("remoteApi.auth.oidc.audience", text, "Whom the token has to be for.").strict().like("parley"),
		k("remoteApi.auth.oidc.scope", text, "What the token has to allow.").strict().like("agents"),
		k("subagents.enabled", yesNo, "Agents may call agents.").or("false"),
		k("subagents.allowSelf", yesNo, "They may call themselves.").or("true"),
		k("subagents.agent_ids", texts, "Agents that may be called.").strict().like("[agent_abc]"),
		k("fileSharing.enabled", yesNo, "Called agents see files.").or("false"),
		k("fileSharing.allowSiblingSharing", yesNo, "They see each other's.").or("false"),
		k("fileSharing.maxFiles", whole, "Most files.").or("100"), k("fileSharing.maxPrivateBytes", whole, "Most bytes.").or("268435456"),
		k("fileSharing.ttlMs", whole, "How long, in milliseconds.").or("3600000"),
		k("avatarRefresh.coverageLimit", whole, "LibreChat's memory of pictures.").or("1000").theirs(),
		k("repositoryInstructions.timeoutMs", whole, "Wait for the instructions of a repository.").or("2000").from(100, 30000),
		k("eventDriven.selfUrl", text, "LibreChat's address for itself.").theirs(),
		k("backgroundTasks.completionWakeups", yesNo, "The end of a task in the background wakes the agent.").or("true"),
		k("backgroundTasks.completionResultMaxChars", whole, "Most of its result, in characters.").or("24576"),
		k("backgroundTasks.completionResultBatchSize", whole, "Results that are told at once.").or("8").from(1, 16),
		k("backgroundTasks.ordinaryToolCancellation", yesNo, "Ordinary calls can be ended too.").or("false"),
		k("managementApi.auth.oidc", section, "Who may manage agents by token.").strict().like("{enabled: true, issuer: https://id.example.com}"),
		k("managementApi.auth.clients", list, "Programs that may.").strict().like("[{clientId: ci, userId: u1}]"),
		k("managementApi.auth.clients[]", section, "One program.").like("{clientId: ci, userId: u1}"),
		k("askUserQuestion.retainedAnswers.enabled", yesNo, "Answers of users are kept for the agent.").or("true"),
		k("askUserQuestion.retainedAnswers.maxTokens", whole, "Most of these, in tokens.").or("4096"),
	))
}

// codeSessions are sandboxes that last.
func codeSessions() []row {
	return below("endpoints.agents.statefulCodeSessions",
		k("allowedEnvironments", texts, "Whose a sandbox may be.").strict().like("[user, conversation]"),
		k("principalWorkers.enabled", yesNo, "Users bring machines of their own."),
		k("principalWorkers.maxPerUser", whole, "Most of one user.").or("5"),
		k("conversationMoves.enabled", yesNo, "A chat can move to another sandbox."),
		k("environments", list, "Places that code runs in.").like("[{id: lab, type: managed}]"),
		k("environments[]", section, "One place.").like("{id: lab, type: managed}"),
	)
}

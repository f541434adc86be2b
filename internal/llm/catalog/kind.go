package catalog

import "strings"

// The kinds that are treated in a way of their own somewhere. Custom is any server
// at an address, Demo a script; neither is among [Kinds].
const (
	OpenAI    = "openai"
	Anthropic = "anthropic"
	Google    = "google"
	Azure     = "azure"
	Bedrock   = "bedrock"
	Vertex    = "vertex"
	XAI       = "xai"
	Ollama    = "ollama"
	LMStudio  = "lmstudio"
	LlamaCpp  = "llamacpp"
	MLX       = "mlx"
	VLLM      = "vllm"
	LiteLLM   = "litellm"
	Custom    = "custom"
	Demo      = "demo"
)

// Kind is a provider that Parley knows by name.
type Kind struct {
	// ID is what a config writes, such as "openrouter"; it is the dialect too.
	ID string
	// Label is the name that people read.
	Label string
	// BaseURL is the usual address; empty where it differs for everyone.
	BaseURL string
	// Protocol names the codec.
	Protocol string
	// Env is the usual environment variable of the key; empty for none.
	Env string
	// Local marks a server on one's own machine, which needs no key.
	Local bool
	// Relay marks a server that passes on to others: where its models run and what
	// they cost does not follow from where it stands.
	Relay bool

	source string // the provider's name in catwalk
	vendor string // the vendor's prefix on OpenRouter, where catwalk has no own list
}

// Codecs that a Kind may name.
const (
	ProtocolChat      = "openaichat"
	ProtocolAnthropic = "anthropic"
	ProtocolGoogle    = "google"
	ProtocolBedrock   = "bedrock"
	// ProtocolAzure is OpenAI's Responses or Chat Completions, as each model has
	// it.
	ProtocolAzure = "azure"
)

var kinds = []Kind{
	{ID: "openai", Label: "OpenAI", BaseURL: "https://api.openai.com/v1", Env: "OPENAI_API_KEY", source: "openai"},
	{ID: "anthropic", Label: "Anthropic", BaseURL: "https://api.anthropic.com", Env: "ANTHROPIC_API_KEY", Protocol: ProtocolAnthropic, source: "anthropic"},
	{ID: "google", Label: "Google Gemini", BaseURL: "https://generativelanguage.googleapis.com/v1beta", Env: "GEMINI_API_KEY", Protocol: ProtocolGoogle, source: "gemini"},
	{ID: "openrouter", Label: "OpenRouter", BaseURL: "https://openrouter.ai/api/v1", Env: "OPENROUTER_API_KEY", source: "openrouter"},
	{ID: "groq", Label: "Groq", BaseURL: "https://api.groq.com/openai/v1", Env: "GROQ_API_KEY", source: "groq"},
	{ID: "deepseek", Label: "DeepSeek", BaseURL: "https://api.deepseek.com", Env: "DEEPSEEK_API_KEY", source: "deepseek"},
	{ID: "mistral", Label: "Mistral", BaseURL: "https://api.mistral.ai/v1", Env: "MISTRAL_API_KEY", vendor: "mistralai"},
	{ID: "xai", Label: "xAI", BaseURL: "https://api.x.ai/v1", Env: "XAI_API_KEY", source: "xai"},
	{ID: "perplexity", Label: "Perplexity", BaseURL: "https://api.perplexity.ai", Env: "PERPLEXITY_API_KEY", vendor: "perplexity"},
	{ID: "cohere", Label: "Cohere", BaseURL: "https://api.cohere.ai/compatibility/v1", Env: "COHERE_API_KEY", vendor: "cohere"},
	{ID: "together", Label: "Together AI", BaseURL: "https://api.together.xyz/v1", Env: "TOGETHER_API_KEY"},
	{ID: "fireworks", Label: "Fireworks AI", BaseURL: "https://api.fireworks.ai/inference/v1", Env: "FIREWORKS_API_KEY", source: "fireworks"},
	{ID: "cerebras", Label: "Cerebras", BaseURL: "https://api.cerebras.ai/v1", Env: "CEREBRAS_API_KEY", source: "cerebras"},
	{ID: "huggingface", Label: "Hugging Face", BaseURL: "https://router.huggingface.co/v1", Env: "HF_TOKEN", source: "huggingface"},
	{ID: "moonshot", Label: "Moonshot", BaseURL: "https://api.moonshot.ai/v1", Env: "MOONSHOT_API_KEY", source: "moonshot"},
	{ID: "zai", Label: "Z.ai", BaseURL: "https://api.z.ai/api/paas/v4", Env: "ZAI_API_KEY", source: "zai"},
	{ID: "vercel", Label: "Vercel AI Gateway", BaseURL: "https://ai-gateway.vercel.sh/v1", Env: "AI_GATEWAY_API_KEY", source: "vercel"},
	{ID: "nvidia", Label: "NVIDIA", BaseURL: "https://integrate.api.nvidia.com/v1", Env: "NVIDIA_API_KEY"},
	{ID: "azure", Label: "Azure OpenAI", Env: "AZURE_OPENAI_API_KEY", Protocol: ProtocolAzure, source: "azure"},
	{ID: "bedrock", Label: "Amazon Bedrock", Protocol: ProtocolBedrock, source: "bedrock"},
	{ID: "vertex", Label: "Vertex AI (Gemini)", Protocol: ProtocolGoogle, source: "vertexai"},
	{ID: "ollama", Label: "Ollama", BaseURL: "http://localhost:11434/v1", Local: true},
	{ID: "lmstudio", Label: "LM Studio", BaseURL: "http://localhost:1234/v1", Local: true},
	{ID: "llamacpp", Label: "llama.cpp", BaseURL: "http://localhost:8080/v1", Local: true},
	{ID: "mlx", Label: "MLX", BaseURL: "http://localhost:8080/v1", Local: true},
	{ID: "vllm", Label: "vLLM", BaseURL: "http://localhost:8000/v1", Local: true},
	{ID: "litellm", Label: "LiteLLM", BaseURL: "http://localhost:4000/v1", Local: true, Relay: true},
}

// Kinds returns every known provider, the best known first.
func Kinds() []Kind {
	list := make([]Kind, len(kinds))
	for i, kind := range kinds {
		list[i] = kind.filled()
	}
	return list
}

// KindNamed finds a provider by its ID, case ignored.
func KindNamed(id string) (Kind, bool) {
	for _, kind := range kinds {
		if strings.EqualFold(kind.ID, strings.TrimSpace(id)) {
			return kind.filled(), true
		}
	}
	return Kind{}, false
}

// isFree reports whether nobody is paid for an answer.
func (k Kind) isFree() bool { return k.Local && !k.Relay }

func (k Kind) filled() Kind {
	if k.Protocol == "" {
		k.Protocol = ProtocolChat
	}
	return k
}

// prefixes of keys, the longest first where one begins another. Providers whose
// keys look like someone else's are not here.
var prefixes = []struct{ prefix, kind string }{
	{"sk-ant-", "anthropic"},
	{"sk-or-", "openrouter"},
	{"sk-proj-", "openai"},
	{"sk-svcacct-", "openai"},
	{"gsk_", "groq"},
	{"xai-", "xai"},
	{"pplx-", "perplexity"},
	{"AIza", "google"},
	{"hf_", "huggingface"},
	{"fw_", "fireworks"},
	{"csk-", "cerebras"},
	{"nvapi-", "nvidia"},
	{"tgp_v1_", "together"},
	{"vck_", "vercel"},
}

// oldOpenAI is in the middle of every OpenAI key of the older form.
const oldOpenAI = "T3BlbkFJ"

// Detect recognises the provider that a key belongs to, where its form leaves no
// doubt.
func Detect(key string) (Kind, bool) {
	key = strings.TrimSpace(key)
	for _, p := range prefixes {
		if strings.HasPrefix(key, p.prefix) && len(key) > len(p.prefix) {
			return KindNamed(p.kind)
		}
	}
	if strings.HasPrefix(key, "sk-") && strings.Contains(key, oldOpenAI) {
		return KindNamed("openai")
	}
	return Kind{}, false
}

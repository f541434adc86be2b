package provider

import (
	"errors"

	"parley/internal/kit/fault"
	"parley/internal/llm"
)

// failure tells an admin why a look at a provider failed; nil for nil.
func failure(err error) *Failure {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*llm.Error](err)
	if !ok {
		f := fault.Of(err)
		return &Failure{Code: f.Code, Message: f.Message, Detail: f.Detail}
	}
	if refused, ok := errors.AsType[*fault.Error](e.Cause); ok { // by our own rules
		return &Failure{Code: refused.Code, Message: refused.Message, Detail: refused.Detail}
	}
	f := &Failure{Code: "provider_" + string(e.Kind), Detail: e.Message}
	switch e.Kind {
	case llm.ErrAuth:
		f.Message = "The provider did not accept the key."
	case llm.ErrQuota:
		f.Message = "The provider's account has no credit left."
	case llm.ErrRateLimited:
		f.Message = "The provider is being asked too often."
	case llm.ErrNetwork:
		f.Message = "The provider could not be reached."
	case llm.ErrTimeout, llm.ErrCanceled:
		f.Message = "The provider did not answer in time."
	case llm.ErrOverloaded, llm.ErrServer:
		f.Message = "The provider has a problem of its own."
	case llm.ErrProtocol, llm.ErrTruncated:
		f.Message = "There is no provider of this kind at this address."
	default:
		f.Message = "The provider refused."
	}
	if e.Status == 404 || e.Status == 405 {
		f.Code, f.Message = "provider_no_models", "There is no list of models at this address. Check the base URL, or name the models yourself."
	}
	return f
}

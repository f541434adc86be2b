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
	case llm.ErrAuth, llm.ErrOwnKey:
		f.Message = "The provider did not accept the key. Check that it was copied whole and is still valid."
	case llm.ErrQuota:
		f.Message = "The provider's account has no credit left. Top it up there, or use a key of another account."
	case llm.ErrRateLimited:
		f.Message = "The provider is being asked too often. Try again in a minute."
	case llm.ErrNetwork:
		if f.Message = unreached(e.Code); e.Code != "" {
			f.Detail = "" // the message says the same
		}
	case llm.ErrTimeout, llm.ErrCanceled:
		f.Message = "The provider did not answer in time. Check the address, and that no firewall keeps this server from it."
	case llm.ErrOverloaded, llm.ErrServer:
		f.Message = "The provider has a problem of its own. Try again later."
	case llm.ErrProtocol, llm.ErrTruncated:
		f.Message = "What answers at this address is no API of this kind. Check the address: it often ends in /v1."
	default:
		f.Message = "The provider refused the request."
	}
	if e.Status == 404 || e.Status == 405 {
		f.Code, f.Message = "provider_no_models", "There is no list of models at this address. Check the base URL, or name the models yourself."
	}
	return f
}

// unreached says why no connection came about, and what to look at.
func unreached(code string) string {
	switch code {
	case llm.CodeHost:
		return "No server of this name was found. Check the address for a slip, and that this server reaches the Internet."
	case llm.CodeRefused:
		return "Nothing listens at this address. Check the port, and that the provider runs."
	case llm.CodeCertificate:
		return "The certificate at this address is not valid, so nothing was sent. Renew it, or have this server trust who issued it."
	case llm.CodeNoHTTPS:
		return "This address does not speak HTTPS. If it is a server of your own, try http:// instead."
	default:
		return "The provider could not be reached. Check the address, and that no firewall keeps this server from it."
	}
}

package main

import (
	"strings"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &authPlugin{} })
}

type authPlugin struct {
	types.DefaultPluginContext
	tokens map[string]struct{}
}

// OnPluginStart reads one token a line.
func (p *authPlugin) OnPluginStart(int) types.OnPluginStartStatus {
	text, err := proxywasm.GetPluginConfiguration()
	if err != nil {
		proxywasm.LogCriticalf("reading the configuration: %v", err)
		return types.OnPluginStartStatusFailed
	}
	p.tokens = map[string]struct{}{}
	for _, token := range strings.Split(string(text), "\n") {
		p.tokens[token] = struct{}{}
	}
	return types.OnPluginStartStatusOK
}

func (p *authPlugin) NewHttpContext(uint32) types.HttpContext {
	return &auth{tokens: p.tokens}
}

type auth struct {
	types.DefaultHttpContext
	tokens map[string]struct{}
}

func (a *auth) OnHttpRequestHeaders(int, bool) types.Action {
	value, err := proxywasm.GetHttpRequestHeader("authorization")
	token, ok := strings.CutPrefix(value, "Bearer ")
	if err != nil || !ok {
		return refuse(401, [][2]string{{"www-authenticate", "Bearer"}}, "token missing\n")
	}
	if _, known := a.tokens[token]; !known {
		return refuse(403, nil, "token unknown\n")
	}
	return types.ActionContinue
}

func refuse(status uint32, headers [][2]string, body string) types.Action {
	if err := proxywasm.SendHttpResponse(status, headers, []byte(body), -1); err != nil {
		proxywasm.LogErrorf("refusing: %v", err)
	}
	return types.ActionPause
}

package main

import (
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &headerRules{} })
}

type headerRules struct {
	types.DefaultHttpContext
}

func (*headerRules) OnHttpRequestHeaders(int, bool) types.Action {
	user := header("x-user")
	tenant := header("x-tenant")
	agent := header("user-agent")
	path := header(":path")
	check(proxywasm.AddHttpRequestHeader("x-caller", tenant+"/"+user))
	check(proxywasm.AddHttpRequestHeader("x-origin", agent+" "+path))
	check(proxywasm.RemoveHttpRequestHeader("x-internal"))
	return types.ActionContinue
}

func (*headerRules) OnHttpResponseHeaders(int, bool) types.Action {
	check(proxywasm.AddHttpResponseHeader("x-filter", "bench"))
	return types.ActionContinue
}

// header gives "" for a header that is absent.
func header(name string) string {
	value, err := proxywasm.GetHttpRequestHeader(name)
	if err != nil && err != types.ErrorStatusNotFound {
		proxywasm.LogErrorf("reading %s: %v", name, err)
	}
	return value
}

func check(err error) {
	if err != nil {
		proxywasm.LogErrorf("changing headers: %v", err)
	}
}

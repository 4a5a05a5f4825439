package main

import (
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &noop{} })
}

type noop struct {
	types.DefaultHttpContext
}

func (*noop) OnHttpRequestHeaders(int, bool) types.Action {
	return types.ActionContinue
}

func (*noop) OnHttpResponseHeaders(int, bool) types.Action {
	return types.ActionContinue
}

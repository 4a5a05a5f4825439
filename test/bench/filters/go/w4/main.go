package main

import (
	"encoding/json"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &markFiltered{} })
}

type markFiltered struct {
	types.DefaultHttpContext
}

func (*markFiltered) OnHttpRequestHeaders(int, bool) types.Action {
	// The body's new size is not known yet.
	if err := proxywasm.RemoveHttpRequestHeader("content-length"); err != nil {
		proxywasm.LogErrorf("removing content-length: %v", err)
	}
	return types.ActionContinue
}

func (*markFiltered) OnHttpRequestBody(size int, endOfStream bool) types.Action {
	if !endOfStream {
		return types.ActionPause
	}
	body, err := proxywasm.GetHttpRequestBody(0, size)
	if err != nil {
		return refuse()
	}
	var object map[string]any
	if json.Unmarshal(body, &object) != nil || object == nil {
		return refuse()
	}
	object["filtered"] = true
	marked, err := json.Marshal(object)
	if err != nil {
		return refuse()
	}
	if err := proxywasm.ReplaceHttpRequestBody(marked); err != nil {
		proxywasm.LogErrorf("replacing the body: %v", err)
	}
	return types.ActionContinue
}

func refuse() types.Action {
	if err := proxywasm.SendHttpResponse(400, nil, []byte("the body is no JSON object\n"), -1); err != nil {
		proxywasm.LogErrorf("refusing: %v", err)
	}
	return types.ActionPause
}

// A filter that does what a request's x-do header says, through the Go SDK: the Rust one beside it does the same.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm"
	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetVMContext(&vm{})
}

func say(format string, values ...any) {
	proxywasm.LogInfof(format, values...)
}

type vm struct {
	types.DefaultVMContext
}

func (*vm) OnVMStart(size int) types.OnVMStartStatus {
	configuration, err := proxywasm.GetVMConfiguration()
	say("vm start %d %d %v", size, len(configuration), err)
	return types.OnVMStartStatusOK
}

func (*vm) NewPluginContext(uint32) types.PluginContext {
	return &plugin{}
}

type plugin struct {
	types.DefaultPluginContext
}

func (*plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	configuration, err := proxywasm.GetPluginConfiguration()
	say("configure %d %s %v", size, configuration, err)
	if string(configuration) == "refuse" {
		return types.OnPluginStartStatusFailed
	}
	return types.OnPluginStartStatusOK
}

func (*plugin) OnPluginDone() bool {
	say("plugin done")
	return true
}

func (*plugin) NewHttpContext(id uint32) types.HttpContext {
	return &stream{id: id}
}

type stream struct {
	types.DefaultHttpContext
	id      uint32
	actions []string
}

func (s *stream) runs(action string) bool {
	return slices.Contains(s.actions, action)
}

func (s *stream) OnHttpRequestHeaders(count int, end bool) types.Action {
	action, err := proxywasm.GetHttpRequestHeader("x-do")
	s.actions = strings.Split(action, ",")
	say("request headers %d %v in %d %v", count, end, s.id, err)
	if s.runs("list") {
		fields, err := proxywasm.GetHttpRequestHeaders()
		say("%q %v", fields, err)
	}
	if s.runs("change") {
		say("%v", proxywasm.AddHttpRequestHeader("x-added", "one"))
		say("%v", proxywasm.AddHttpRequestHeader("x-added", "two"))
		say("%v", proxywasm.ReplaceHttpRequestHeader("x-set", "three"))
		say("%v", proxywasm.RemoveHttpRequestHeader("x-remove"))
		value, err := proxywasm.GetHttpRequestHeader("x-remove")
		say("removed %q %v", value, err)
		value, err = proxywasm.GetHttpRequestHeader("x-empty")
		say("empty %q %v", value, err)
	}
	if s.runs("replace-all") {
		fields, _ := proxywasm.GetHttpRequestHeaders()
		fields = slices.DeleteFunc(fields, func(field [2]string) bool { return field[0] == "x-do" })
		say("%v", proxywasm.ReplaceHttpRequestHeaders(append(fields, [2]string{"x-last", "é"})))
	}
	if s.runs("reply") {
		err := proxywasm.SendHttpResponse(403, [][2]string{{"x-why", "asked"}, {"content-type", "text/x"}}, []byte("no"), -1)
		say("%v", err)
		return types.ActionPause
	}
	if s.runs("services") {
		counter := proxywasm.DefineCounterMetric("polyglot_requests")
		counter.Increment(2)
		gauge := proxywasm.DefineGaugeMetric("polyglot_gauge")
		gauge.Add(7)
		say("metrics %d %d", counter.Value(), gauge.Value())
		value, cas, err := proxywasm.GetSharedData("key")
		say("shared %q %d %v", value, cas, err)
		say("set %v", proxywasm.SetSharedData("key", []byte("value"), cas))
		say("wrong %v", proxywasm.SetSharedData("key", []byte("x"), 9999))
		queue, err := proxywasm.RegisterSharedQueue("queue")
		say("queue %d %v", queue, err)
		_, err = proxywasm.DequeueSharedQueue(queue)
		say("%v", err)
		_, err = proxywasm.ResolveSharedQueue("", "nobody")
		say("%v", err)
	}
	if s.runs("properties") {
		for _, path := range [][]string{{"request", "path"}, {"request", "protocol"}, {"plugin_root_id"}, {"node"}, {"request", "nothing"}} {
			value, err := proxywasm.GetProperty(path)
			say("%v %q %v", path, value, err)
		}
		say("%v", proxywasm.SetProperty([]string{"mine"}, []byte("set")))
		value, err := proxywasm.GetProperty([]string{"mine"})
		say("mine %q %v", value, err)
	}
	if s.runs("wasi") {
		say("clock %v", time.Since(time.Unix(1_700_000_000, 0)) > 0)
		say("environment %q %d", os.Getenv("HOME"), len(os.Args))
		fmt.Println("to stdout\nin two lines")
		fmt.Fprintln(os.Stderr, "to stderr")
		_, err := os.ReadFile("/etc/hostname")
		say("file %v", err)
	}
	if s.runs("foreign") {
		packed, err := proxywasm.CallForeignFunction("compress", []byte("aaaaaaaa"))
		unpacked, again := proxywasm.CallForeignFunction("uncompress", packed)
		say("foreign %q %v %v", unpacked, err, again)
		_, err = proxywasm.CallForeignFunction("nothing", nil)
		say("unknown %v", err)
	}
	if s.runs("overflow") {
		say("%d", deep(1))
	}
	if s.runs("panic") {
		panic("asked to")
	}
	return types.ActionContinue
}

//go:noinline
func deep(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	return deep(n+1) + 1
}

func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	say("request body %d %v", size, end)
	if !s.runs("body") {
		return types.ActionContinue
	}
	if !end {
		return types.ActionPause
	}
	body, err := proxywasm.GetHttpRequestBody(0, size)
	say("body %q %v", body, err)
	slices.Reverse(body)
	say("%v", proxywasm.ReplaceHttpRequestBody(body))
	return types.ActionContinue
}

func (s *stream) OnHttpRequestTrailers(count int) types.Action {
	value, err := proxywasm.GetHttpRequestTrailer("x-trailer")
	say("request trailers %d %q %v", count, value, err)
	return types.ActionContinue
}

func (s *stream) OnHttpResponseHeaders(count int, end bool) types.Action {
	status, err := proxywasm.GetHttpResponseHeader(":status")
	say("response headers %d %v %s %v", count, end, status, err)
	say("%v", proxywasm.ReplaceHttpResponseHeader("x-filter", "polyglot"))
	if s.runs("response-body") {
		say("%v", proxywasm.RemoveHttpResponseHeader("content-length"))
	}
	if s.runs("response-panic") {
		panic("asked to in the response")
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseBody(size int, end bool) types.Action {
	say("response body %d %v", size, end)
	if s.runs("response-body") && end {
		say("%v", proxywasm.AppendHttpResponseBody([]byte("!")))
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseTrailers(count int) types.Action {
	say("response trailers %d %v", count, proxywasm.AddHttpResponseTrailer("x-more", "trailer"))
	return types.ActionContinue
}

func (s *stream) OnHttpStreamDone() {
	value, err := proxywasm.GetHttpRequestHeader(":path")
	say("log %q %v", value, err)
}

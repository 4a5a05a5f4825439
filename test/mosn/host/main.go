// A MOSN with as much in it as it takes to proxy HTTP/1.1 through a proxy-wasm module: `mosn CONFIG.json`.
//
// MOSN's own main does not build: it imports more than its published modules have.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"mosn.io/mosn/pkg/configmanager"
	_ "mosn.io/mosn/pkg/filter/network/connectionmanager"
	_ "mosn.io/mosn/pkg/filter/network/proxy"
	_ "mosn.io/mosn/pkg/filter/stream/proxywasm"
	"mosn.io/mosn/pkg/mosn"
	_ "mosn.io/mosn/pkg/network"
	_ "mosn.io/mosn/pkg/protocol"
	_ "mosn.io/mosn/pkg/router"
	_ "mosn.io/mosn/pkg/stream/http"
	_ "mosn.io/mosn/pkg/wasm/abi/proxywasm010"
	_ "mosn.io/mosn/pkg/wasm/runtime/wasmer"
)

func main() {
	config := configmanager.Load(os.Args[1])
	mosn.DefaultInitStage(config)
	proxy := mosn.NewMosn()
	proxy.Init(config)
	mosn.DefaultPreStartStage(proxy)
	mosn.DefaultStartStage(proxy)
	proxy.Start()
	proxy.InheritConnections()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	proxy.Close()
}

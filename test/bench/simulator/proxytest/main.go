// Command proxytest runs streams through a module with the Go SDK's test host, which runs wasm with wazero.
//
// Its arguments are the module and the messages of the stream. It says ready; then each line of its input is a number of streams to run; it answers with what they took, as JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/proxytest"
)

// The messages of ../stream.ts.
type messages struct {
	Request  [][2]string `json:"request"`
	Response [][2]string `json:"response"`
}

type cost struct {
	CPUMicroseconds  int64 `json:"cpuMicroseconds"`
	WallMicroseconds int64 `json:"wallMicroseconds"`
}

func main() {
	module, err := os.ReadFile(os.Args[1])
	check(err)
	var stream messages
	check(json.Unmarshal([]byte(os.Args[2]), &stream))
	context, err := proxytest.NewWasmVMContext(module)
	check(err)
	host, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption().WithVMContext(context))
	defer reset()
	host.StartVM()
	host.StartPlugin()

	fmt.Println("ready")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		count, err := strconv.Atoi(lines.Text())
		check(err)
		began, cpuBefore := time.Now(), cpuMicroseconds()
		for range count {
			run(host, stream)
		}
		answer, err := json.Marshal(cost{cpuMicroseconds() - cpuBefore, time.Since(began).Microseconds()})
		check(err)
		fmt.Println(string(answer))
	}
}

func run(host proxytest.HostEmulator, stream messages) {
	id := host.InitializeHttpContext()
	host.CallOnRequestHeaders(id, stream.Request, true)
	host.CallOnResponseHeaders(id, stream.Response, true)
	if caller := header(host.GetCurrentRequestHeaders(id), "x-caller"); caller != "analytical/ada" {
		log.Fatalf("the filter made x-caller %q", caller)
	}
	host.CompleteHttpContext(id)
}

func header(headers [][2]string, name string) string {
	for _, pair := range headers {
		if pair[0] == name {
			return pair[1]
		}
	}
	return ""
}

func cpuMicroseconds() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1000
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

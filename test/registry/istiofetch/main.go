// istiofetch fetches one Wasm image with the code Istio's agent runs in front of Envoy
// (istio.io/istio/pkg/wasm) and prints where the module landed, as one line of JSON.
//
// Registry credentials come from $DOCKER_CONFIG, as in the proxy, unless -pull-secret names a file in the
// shape of a kubernetes.io/dockerconfigjson secret.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/wasm"
)

type fetched struct {
	Path string `json:"path"`
	// The digest Istio pins to: the manifest's for oci://, the module's for http(s)://.
	Digest string `json:"digest"`
}

func main() {
	checksum := flag.String("sha256", "", "the WasmPlugin's sha256 field: hex, without algorithm")
	dir := flag.String("dir", "", "folder for the fetched module (required)")
	pullSecret := flag.String("pull-secret", "", "file with the content of .dockerconfigjson")
	flag.Parse()
	if flag.NArg() != 1 || *dir == "" {
		fmt.Fprintln(os.Stderr, "usage: istiofetch -dir DIR [-sha256 HEX] [-pull-secret FILE] oci://REGISTRY/REPOSITORY:TAG")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *checksum, *dir, *pullSecret); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(url, checksum, dir, pullSecret string) error {
	// Istio logs to standard output by default; the result alone belongs there.
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		return err
	}

	get := wasm.GetOptions{Checksum: checksum, RequestTimeout: 30 * time.Second}
	if pullSecret != "" {
		secret, err := os.ReadFile(pullSecret)
		if err != nil {
			return err
		}
		get.PullSecret = secret
	}

	cache := wasm.NewLocalFileCache(dir, wasm.Options{
		PurgeInterval:         wasm.DefaultPurgeInterval,
		ModuleExpiry:          wasm.DefaultModuleExpiry,
		HTTPRequestTimeout:    wasm.DefaultHTTPRequestTimeout,
		HTTPRequestMaxRetries: wasm.DefaultHTTPRequestMaxRetries,
	})
	defer cache.Cleanup()

	path, err := cache.Get(url, get)
	if err != nil {
		return err
	}
	// The cache names the file after the digest it checked.
	digest := strings.TrimSuffix(filepath.Base(path), ".wasm")
	return json.NewEncoder(os.Stdout).Encode(fetched{Path: path, Digest: digest})
}

// Istiovalidate reads Kubernetes resources from stdin and asks istiod's own admission validation about them: exit code 1 and the
// reason when one is refused, else the warnings as a JSON list.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/schema/collections"

	// Registers what EnvoyFilters are validated with.
	_ "istio.io/istio/pkg/config/validation/envoyfilter"
)

func main() {
	warnings, err := validate(os.Stdin)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(warnings)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func validate(resources io.Reader) ([]string, error) {
	text, err := io.ReadAll(resources)
	if err != nil {
		return nil, err
	}
	configs, unknown, err := crd.ParseInputs(string(text))
	if err != nil {
		return nil, err
	}
	for _, one := range unknown {
		return nil, fmt.Errorf("Istio knows no %s", one.Kind)
	}
	warnings := []string{}
	for _, one := range configs {
		schema, found := collections.PilotGatewayAPI().FindByGroupVersionAliasesKind(one.GroupVersionKind)
		if !found {
			return nil, fmt.Errorf("no schema for %v", one.GroupVersionKind)
		}
		if warning, _ := schema.ValidateConfig(one); warning != nil {
			warnings = append(warnings, warning.Error())
		}
	}
	return warnings, nil
}

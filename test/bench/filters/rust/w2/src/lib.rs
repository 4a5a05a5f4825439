use proxy_wasm::traits::*;
use proxy_wasm::types::*;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(HeaderRules) });
}}

struct HeaderRules;

impl Context for HeaderRules {}

impl HttpContext for HeaderRules {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let user = self.get_http_request_header("x-user").unwrap_or_default();
        let tenant = self.get_http_request_header("x-tenant").unwrap_or_default();
        let agent = self.get_http_request_header("user-agent").unwrap_or_default();
        let path = self.get_http_request_header(":path").unwrap_or_default();
        self.add_http_request_header("x-caller", &format!("{tenant}/{user}"));
        self.add_http_request_header("x-origin", &format!("{agent} {path}"));
        self.remove_http_request_header("x-internal");
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _: usize, _: bool) -> Action {
        self.add_http_response_header("x-filter", "bench");
        Action::Continue
    }
}

use std::collections::HashSet;
use std::rc::Rc;

use proxy_wasm::traits::*;
use proxy_wasm::types::*;

proxy_wasm::main! {{
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(AuthRoot::default()) });
}}

#[derive(Default)]
struct AuthRoot {
    tokens: Rc<HashSet<String>>,
}

impl Context for AuthRoot {}

impl RootContext for AuthRoot {
    /// One token a line.
    fn on_configure(&mut self, _: usize) -> bool {
        let Some(Ok(text)) = self.get_plugin_configuration().map(String::from_utf8) else {
            return false;
        };
        self.tokens = Rc::new(text.lines().map(str::to_string).collect());
        true
    }

    fn create_http_context(&self, _: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Auth {
            tokens: self.tokens.clone(),
        }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Auth {
    tokens: Rc<HashSet<String>>,
}

impl Context for Auth {}

impl HttpContext for Auth {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        let value = self.get_http_request_header("authorization");
        let Some(token) = value.as_deref().and_then(|it| it.strip_prefix("Bearer ")) else {
            self.send_http_response(401, vec![("www-authenticate", "Bearer")], Some(b"token missing\n"));
            return Action::Pause;
        };
        if !self.tokens.contains(token) {
            self.send_http_response(403, vec![], Some(b"token unknown\n"));
            return Action::Pause;
        }
        Action::Continue
    }
}

use proxy_wasm::traits::*;
use proxy_wasm::types::*;
use serde_json::Value;

proxy_wasm::main! {{
    proxy_wasm::set_http_context(|_, _| -> Box<dyn HttpContext> { Box::new(MarkFiltered) });
}}

struct MarkFiltered;

impl Context for MarkFiltered {}

impl HttpContext for MarkFiltered {
    fn on_http_request_headers(&mut self, _: usize, _: bool) -> Action {
        // The body's new size is not known yet.
        self.set_http_request_header("content-length", None);
        Action::Continue
    }

    fn on_http_request_body(&mut self, size: usize, end_of_stream: bool) -> Action {
        if !end_of_stream {
            return Action::Pause;
        }
        let body = self.get_http_request_body(0, size).unwrap_or_default();
        match serde_json::from_slice(&body) {
            Ok(Value::Object(mut object)) => {
                object.insert("filtered".to_string(), Value::Bool(true));
                self.set_http_request_body(0, size, Value::Object(object).to_string().as_bytes());
                Action::Continue
            }
            _ => {
                self.send_http_response(400, vec![], Some(b"the body is no JSON object\n"));
                Action::Pause
            }
        }
    }
}

//! A filter that does what a request's `x-do` header says, through the Rust SDK: the Go one beside it does the same.

use proxy_wasm::hostcalls;
use proxy_wasm::traits::*;
use proxy_wasm::types::*;
use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Trace);
    proxy_wasm::set_root_context(|_| -> Box<dyn RootContext> { Box::new(Plugin { configuration: Vec::new() }) });
}}

struct Plugin {
    configuration: Vec<u8>,
}

impl Context for Plugin {
    fn on_done(&mut self) -> bool {
        hostcalls::log(LogLevel::Info, "plugin done").unwrap();
        true
    }
}

impl RootContext for Plugin {
    fn on_vm_start(&mut self, size: usize) -> bool {
        let text = self.get_vm_configuration().map(|bytes| bytes.len());
        hostcalls::log(LogLevel::Info, &format!("vm start {size} {text:?}")).unwrap();
        true
    }

    fn on_configure(&mut self, size: usize) -> bool {
        self.configuration = self.get_plugin_configuration().unwrap_or_default();
        let text = String::from_utf8_lossy(&self.configuration);
        hostcalls::log(LogLevel::Info, &format!("configure {size} {text}")).unwrap();
        text != "refuse"
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream { id, action: String::new(), held: 0 }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Stream {
    id: u32,
    action: String,
    held: usize,
}

impl Stream {
    fn say(&self, text: &str) {
        hostcalls::log(LogLevel::Info, text).unwrap();
    }

    fn runs(&self, action: &str) -> bool {
        self.action.split(',').any(|word| word == action)
    }
}

impl Context for Stream {
    fn on_done(&mut self) -> bool {
        self.say("stream done");
        true
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, count: usize, end: bool) -> Action {
        self.action = self.get_http_request_header("x-do").unwrap_or_default();
        self.say(&format!("request headers {count} {end} in {}", self.id));
        if self.runs("list") {
            for (name, value) in self.get_http_request_headers() {
                self.say(&format!("{name}={value}"));
            }
        }
        if self.runs("change") {
            self.add_http_request_header("x-added", "one");
            self.add_http_request_header("x-added", "two");
            self.set_http_request_header("x-set", Some("three"));
            self.set_http_request_header("x-remove", None);
            let missing = self.get_http_request_header("x-remove");
            self.say(&format!("removed {missing:?} empty {:?}", self.get_http_request_header("x-empty")));
        }
        if self.runs("replace-all") {
            let mut fields = self.get_http_request_headers();
            fields.retain(|(name, _)| name != "x-do");
            fields.push(("x-last".into(), "é".into()));
            self.set_http_request_headers(fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect());
        }
        if self.runs("reply") {
            self.send_http_response(403, vec![("x-why", "asked"), ("content-type", "text/x")], Some(b"no"));
            return Action::Pause;
        }
        if self.runs("services") {
            let counter = hostcalls::define_metric(MetricType::Counter, "polyglot_requests").unwrap();
            hostcalls::increment_metric(counter, 2).unwrap();
            let gauge = hostcalls::define_metric(MetricType::Gauge, "polyglot_gauge").unwrap();
            hostcalls::record_metric(gauge, 7).unwrap();
            self.say(&format!("metrics {:?} {:?}", hostcalls::get_metric(counter), hostcalls::get_metric(gauge)));
            let (value, cas) = self.get_shared_data("key");
            self.say(&format!("shared {value:?} {cas:?}"));
            let set = self.set_shared_data("key", Some(b"value"), cas);
            self.say(&format!("set {set:?} wrong {:?}", self.set_shared_data("key", Some(b"x"), Some(9999))));
            let queue = self.register_shared_queue("queue");
            self.say(&format!("queue {queue} {:?}", self.dequeue_shared_queue(queue)));
            self.say(&format!("resolved {:?}", self.resolve_shared_queue("", "nobody")));
        }
        if self.runs("properties") {
            for path in [vec!["request", "path"], vec!["request", "protocol"], vec!["plugin_root_id"], vec!["node"], vec!["request", "nothing"]] {
                self.say(&format!("{path:?} {:?}", self.get_property(path.clone()).map(|v| String::from_utf8_lossy(&v).into_owned())));
            }
            self.set_property(vec!["mine"], Some(b"set"));
            self.say(&format!("mine {:?}", self.get_property(vec!["mine"])));
        }
        if self.runs("wasi") {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            let envoys = self.get_current_time().duration_since(UNIX_EPOCH).unwrap();
            self.say(&format!("clocks agree {}", envoys.abs_diff(now) < Duration::from_secs(5)));
            self.say(&format!("environment {:?} {:?}", std::env::var("HOME"), std::env::args().count()));
            println!("to stdout\nin two lines");
            eprintln!("to stderr");
            self.say(&format!("file {:?}", std::fs::read("/etc/hostname").map_err(|error| error.kind())));
            // Random keys by way of the host.
            let map: HashMap<&str, u32> = HashMap::from([("a", 1)]);
            self.say(&format!("map {:?}", map.get("a")));
        }
        if self.runs("foreign") {
            let packed = self.call_foreign_function("compress", Some(b"aaaaaaaa")).unwrap();
            let unpacked = self.call_foreign_function("uncompress", packed.as_deref());
            self.say(&format!("foreign {unpacked:?} unknown {:?}", self.call_foreign_function("nothing", None)));
        }
        if self.runs("overflow") {
            fn deep(n: u64) -> u64 { if n == 0 { 0 } else { std::hint::black_box(deep(n + 1)) + 1 } }
            self.say(&format!("{}", deep(1)));
        }
        if self.runs("panic") {
            panic!("asked to");
        }
        Action::Continue
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        self.say(&format!("request body {size} {end}"));
        if !self.runs("body") {
            return Action::Continue;
        }
        self.held = size;
        if !end {
            return Action::Pause;
        }
        let body = self.get_http_request_body(0, self.held).unwrap_or_default();
        self.say(&format!("body {:?}", String::from_utf8_lossy(&body)));
        self.set_http_request_body(0, self.held, &body.iter().rev().copied().collect::<Vec<_>>());
        Action::Continue
    }

    fn on_http_request_trailers(&mut self, count: usize) -> Action {
        self.say(&format!("request trailers {count} {:?}", self.get_http_request_trailer("x-trailer")));
        Action::Continue
    }

    fn on_http_response_headers(&mut self, count: usize, end: bool) -> Action {
        self.say(&format!("response headers {count} {end} {:?}", self.get_http_response_header(":status")));
        self.set_http_response_header("x-filter", Some("polyglot"));
        if self.runs("response-body") {
            self.set_http_response_header("content-length", None);
        }
        if self.runs("response-panic") {
            panic!("asked to in the response");
        }
        Action::Continue
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        self.say(&format!("response body {size} {end}"));
        if self.runs("response-body") && end {
            self.set_http_response_body(usize::MAX, 0, b"!");
        }
        Action::Continue
    }

    fn on_http_response_trailers(&mut self, count: usize) -> Action {
        self.say(&format!("response trailers {count}"));
        self.add_http_response_trailer("x-more", "trailer");
        Action::Continue
    }

    fn on_log(&mut self) {
        self.say(&format!("log {:?} {:?}", self.get_http_request_header(":path"), self.get_property(vec!["response", "code"])));
    }
}

//! What the operator of an office says when a service starts: who comes in, and what is watched.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use fireplan_office::OfficeRole;
use fireplan_serve::{EntranceOptions, OfficeOptions};

/// What the operator of an office says when a service starts.
#[derive(Args)]
pub(crate) struct OfficeArgs {
    /// 受信任的反向代理的地址或网段，例如 127.0.0.1 或 10.0.0.0/8；可重复；其 X-Forwarded-* 头据此采信 | Address or network of a proxy that is trusted, such as 127.0.0.1 or 10.0.0.0/8; its X-Forwarded-* headers count; more than once if need be
    #[arg(long, value_name = "CIDR", value_parser = parse_network)]
    trust_proxy: Vec<ipnet::IpNet>,
    /// 受信任的代理用这个请求头说明用户姓名，例如 X-Remote-User；只采信来自 --trust-proxy 的 | The header in which a trusted proxy names who asks, such as X-Remote-User; from --trust-proxy only
    #[arg(long, value_name = "NAME", requires = "trust_proxy", value_parser = parse_header)]
    user_header: Option<String>,
    /// 代理给出的姓名不在人员库中时的权限：view 看、edit 编、manage 管；缺省无权限 | Role of those whom the proxy names and nobody has listed: view, edit, manage; by default none
    #[arg(long, value_name = "ROLE", requires = "user_header")]
    guest_role: Option<OfficeRole>,
    /// 访问日志：每个请求一行(时间、地址、人员、方法、路径、状态、字节、毫秒)，不含查询参数和口令 | Log of requests, one line each (time, address, person, method, path, status, bytes, ms), without queries and passwords
    #[arg(long, value_name = "FILE")]
    access_log: Option<PathBuf>,
    /// 允许此网站的网页读取本服务，例如 `https://portal.example.cn`；可重复；只能读 | Pages of this site may read here, such as `https://portal.example.cn`; more than once if need be; reading only
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Vec<String>,
    /// 一次运行最多几分钟，超时中止；缺省不限 | A run is ended after so many minutes; by default none is
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_080))]
    run_minutes: Option<u64>,
}

impl OfficeArgs {
    pub(crate) fn options(&self) -> Result<OfficeOptions> {
        let user_header = self.user_header.as_deref().map(str::parse).transpose();
        let user_header = user_header.context("--user-header 不是请求头名称 | --user-header is no name of a header")?;
        let entrance = EntranceOptions { proxies: self.trust_proxy.clone(), user_header, guest_role: self.guest_role };
        Ok(OfficeOptions {
            entrance,
            access_log: self.access_log.clone(),
            cors_origins: self.cors_origin.clone(),
            run_minutes: self.run_minutes,
        })
    }

    /// Whether a proxy says who asks.
    pub(crate) fn names_people(&self) -> bool {
        self.user_header.is_some()
    }
}

fn parse_network(text: &str) -> Result<ipnet::IpNet, String> {
    let network = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from));
    network.map_err(|_| {
        format!("“{text}”不是地址或网段，应如 10.0.0.0/8 | '{text}' is no address or network such as 10.0.0.0/8")
    })
}

fn parse_header(text: &str) -> Result<String, String> {
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    plain.then(|| text.to_owned()).ok_or_else(|| format!("“{text}”不是请求头名称 | '{text}' is no name of a header"))
}

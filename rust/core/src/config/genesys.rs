//! The Genesys Cloud preset: maps a region, in any spelling, to the login host.

use url::Url;

/// AWS region and Genesys Cloud domain. The login host is `login.<domain>`, the API `api.<domain>`.
pub const REGIONS: [(&str, &str); 18] = [
    ("us-east-1", "mypurecloud.com"),
    ("us-east-2", "use2.us-gov-pure.cloud"),
    ("us-west-2", "usw2.pure.cloud"),
    ("ca-central-1", "cac1.pure.cloud"),
    ("mx-central-1", "mxc1.pure.cloud"),
    ("sa-east-1", "sae1.pure.cloud"),
    ("eu-west-1", "mypurecloud.ie"),
    ("eu-west-2", "euw2.pure.cloud"),
    ("eu-central-1", "mypurecloud.de"),
    ("eu-central-2", "euc2.pure.cloud"),
    ("eusc-de-east-1", "edee1.eusc-pure.cloud"),
    ("me-central-1", "mec1.pure.cloud"),
    ("ap-south-1", "aps1.pure.cloud"),
    ("ap-southeast-1", "apse1.pure.cloud"),
    ("ap-southeast-2", "mypurecloud.com.au"),
    ("ap-northeast-1", "mypurecloud.jp"),
    ("ap-northeast-2", "apne2.pure.cloud"),
    ("ap-northeast-3", "apne3.pure.cloud"),
];

/// Finds the domain of a region given as AWS name (`ap-southeast-2` or `ap_southeast_2`), as domain
/// (`mypurecloud.com.au`), as host (`api.mypurecloud.com.au`, `login.…`, `apps.…`) or as URL of one.
///
/// # Errors
/// A sentence that lists the known regions.
pub fn domain(region: &str) -> Result<&'static str, String> {
    let wanted = region.trim().to_ascii_lowercase();
    let host = Url::parse(&wanted).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or(wanted);
    let aws = host.replace('_', "-");
    REGIONS
        .iter()
        .find(|(name, domain)| {
            aws == *name || host == *domain || host.split_once('.').is_some_and(|(_, rest)| rest == *domain)
        })
        .map(|(_, domain)| *domain)
        .ok_or_else(|| {
            let known: Vec<_> = REGIONS.iter().map(|(name, domain)| format!("{name} ({domain})")).collect();
            format!("is not a Genesys Cloud region; known are {}", known.join(", "))
        })
}

/// The token endpoint of a domain.
#[must_use]
pub fn token_url(domain: &str) -> String {
    format!("https://login.{domain}/oauth/token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_region_is_accepted() {
        for spelling in [
            "ap-southeast-2",
            "ap_southeast_2",
            "AP-Southeast-2 ",
            "mypurecloud.com.au",
            "api.mypurecloud.com.au",
            "login.mypurecloud.com.au",
            "https://apps.mypurecloud.com.au/directory",
        ] {
            assert_eq!(domain(spelling), Ok("mypurecloud.com.au"), "{spelling}");
        }
        assert_eq!(domain("mypurecloud.com"), Ok("mypurecloud.com"));
        assert_eq!(token_url("mypurecloud.ie"), "https://login.mypurecloud.ie/oauth/token");
    }

    #[test]
    fn an_unknown_region_lists_the_known_ones() {
        let said = domain("ap-southeast-9").unwrap_err();
        for (name, host) in REGIONS {
            assert!(said.contains(name) && said.contains(host));
        }
        assert!(domain("evil-mypurecloud.com").is_err());
    }
}

//! Settings that contradict each other or lack another.

use tollgate_core::config::profile::Profile;
use tollgate_core::config::settings::{Kind, TABLE};

use crate::Machine;
use crate::grants::{URL, given};

fn refusal_of(pairs: &[(&str, &str)]) -> String {
    Profile::validate("demo", &given(pairs), &Machine).unwrap_err().message
}

#[test]
fn contradicting_settings_are_errors() {
    let id = ("client_id", "me");
    let secret = ("client_secret", "s3cr3t");
    for (pairs, parts) in [
        (&[id][..], &["client_secret is missing"][..]),
        (&[id, ("client_auth", "private_key_jwt")], &["private_key is missing"]),
        (&[id, ("client_auth", "tls_client_auth")], &["tls_client_cert is missing"]),
        (
            &[id, secret, ("client_auth", "none")],
            &["client_secret", "client_auth=none uses none", "remove it"],
        ),
        (
            &[id, secret, ("private_key", "k")],
            &["private_key", "nothing is signed with it", "private_key_jwt"],
        ),
        (&[id, ("private_key", "broken s3cr3t")], &["private_key (from property) is of no use", "PKCS#8"]),
        (&[id, secret, ("private_key_id", "k")], &["private_key_id", "there is no private_key"]),
        (&[id, ("private_key", "k"), ("private_key_algorithm", "none")], &["is 'none'", "RS256, RS384"]),
        (
            &[id, ("private_key", "k"), ("private_key_passphrase", "s3cr3t")],
            &["private_key", "can't be decrypted", "check private_key_passphrase"],
        ),
        (&[id, secret, ("private_key_passphrase", "s3cr3t")], &["private_key_passphrase", "no private_key"]),
        (
            &[id, ("private_key", "k"), ("private_key_certificate", "broken s3cr3t")],
            &["private_key_certificate", "no PEM certificate", "private_key_certificate=file:PATH"],
        ),
        (
            &[id, ("private_key", "k"), ("private_key_x5c", "true")],
            &["private_key_x5c", "no private_key_certificate"],
        ),
        (
            &[id, secret, ("client_assertion", "s3cr3t"), ("client_auth", "client_secret_post")],
            &["client_assertion", "client_auth=client_secret_post uses none", "set client_auth"],
        ),
        (
            &[id, secret, ("client_assertion", "s3cr3t")],
            &["client_secret", "client_auth=client_assertion uses none"],
        ),
        (&[id, ("client_auth", "client_assertion")], &["client_assertion is missing"]),
        (&[id, ("grant", "jwt_bearer")], &["private_key (or assertion) is missing"]),
        (&[("grant", "jwt_bearer"), ("private_key", "k")], &["client_id (or assertion_issuer) is missing"]),
        (&[id, ("grant", "saml2_bearer")], &["assertion is missing"]),
        (&[id, secret, ("grant", "token_exchange")], &["subject_token is missing"]),
        (
            &[
                id,
                secret,
                ("grant", "token_exchange"),
                ("subject_token", "t"),
                ("subject_token_type", "jwtt"),
            ],
            &["subject_token_type", "'jwtt'", "or give a URI"],
        ),
        (&[id, secret, ("assertion", "s3cr3t")], &["assertion", "does not use it", "jwt_bearer"]),
        (&[id, secret, ("subject_token", "s3cr3t")], &["subject_token", "does not use it", "token_exchange"]),
        (
            &[id, ("grant", "jwt_bearer"), ("private_key", "k"), ("assertion_claim.aud", "x")],
            &["assertion_claim.aud", "Tollgate sets itself", "assertion_audience"],
        ),
        (&[id, secret, ("token_param.resource", "x")], &["token_param.resource", "set resource"]),
        (&[id, secret, ("preset", "keycloack")], &["preset", "'keycloack'", "keycloak"]),
        (
            &[id, secret, ("preset", "keycloak"), ("tenant", "r")],
            &["host (the server's name, for preset=keycloak)"],
        ),
        (&[id, secret, ("preset", "keycloak"), ("host", "h")], &["tenant (the realm, for preset=keycloak)"]),
        (&[id, secret, ("preset", "entra")], &["tenant (the directory's id or domain, for preset=entra)"]),
        (
            &[id, secret, ("preset", "auth0"), ("host", "https://acme.auth0.com/")],
            &["host", "no scheme, no slash"],
        ),
        (&[id, secret, ("host", "h")], &["host", "does not need it"]),
        (
            &[id, secret, ("token_url", URL), ("issuer", "https://a.example")],
            &["issuer (from property) and token_url are both set", "keep one"],
        ),
        (&[id, secret, ("preset", "generic"), ("issuer", "http://a.example")], &["issuer", "plain http"]),
        (&[id, secret, ("preset", "generic"), ("issuer", "a.example")], &["issuer", "is not a URL"]),
        (
            &[id, secret, ("preset", "okta"), ("region", "eu-west-1")],
            &["region", "preset=okta has no regions"],
        ),
        (
            &[id, ("preset", "salesforce"), ("grant", "jwt_bearer"), ("private_key", "k")],
            &["assertion_subject is missing"],
        ),
        (
            &[id, ("tls_client_cert", "file:/ca.pem")],
            &["tls_client_cert", "holds no PEM private key", "cat client.crt client.key > client.pem"],
        ),
        (
            &[id, ("tls_client_cert", "file:/keys/both.pem"), ("tls_client_password", "s3cr3t")],
            &["tls_client_cert", "can't be decrypted", "check tls_client_password"],
        ),
        (
            &[id, ("tls_client_cert", "file:/keys/both.pem"), ("tls_client_alias", "ann")],
            &["tls_client_alias", "tls_client_cert is PEM", "remove it"],
        ),
        (
            &[id, ("tls_client_cert", "file:/keys/encrypted.pem")],
            &["tls_client_cert", "encrypted with a passphrase", "set tls_client_password"],
        ),
        (&[id, secret, ("tls_client_password", "s3cr3t")], &["tls_client_password", "no tls_client_cert"]),
    ] {
        let refusal_of = refusal_of(pairs);
        for part in parts {
            assert!(refusal_of.contains(part), "{refusal_of} lacks {part}");
        }
        assert!(!refusal_of.contains("s3cr3t"), "{refusal_of}");
    }
}

/// The words that the table offers are those that the readers know.
#[test]
fn every_option_of_the_table_is_valid() {
    for row in TABLE {
        let Kind::OneOf(words) = row.kind else { continue };
        for word in words {
            let pairs = [("client_id", "me"), ("client_secret", "s"), (row.key, word)];
            if let Err(failure) = Profile::validate("demo", &given(&pairs), &Machine) {
                assert!(!failure.message.contains("choose one of"), "{failure}");
            }
        }
        let mut other = vec![("client_id", "me"), ("client_secret", "s"), (row.key, "no such word")];
        other.extend(row.key.starts_with("private_key").then_some(("private_key", "k")));
        let refusal_of = refusal_of(&other);
        for word in words {
            assert!(refusal_of.contains(word), "{refusal_of} lacks {word}");
        }
    }
}

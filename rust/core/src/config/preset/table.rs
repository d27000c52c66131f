//! The presets, one row a kind of server.

use super::{Preset, Required, Subject, errors};
use crate::oauth::client_auth::ClientAuth;

const GENERIC: Preset = Preset {
    name: "generic",
    title: "",
    page: "",
    known_by: &[],
    token_url: "",
    host: "",
    tenant: "",
    tenant_meaning: "",
    grant: "client_credentials",
    with_secret: ClientAuth::SecretBasic,
    assertion_audience: "",
    subject: Subject::Issuer,
    scope_in_assertion: false,
    defaults: &[],
    requires: &[],
    errors: &[],
};

/// All presets; the first has no peculiarities.
pub const PRESETS: [Preset; 26] = [
    GENERIC,
    // Does not form-decode id and secret; the token endpoint depends on the region.
    Preset {
        name: "genesys_cloud",
        title: "Genesys Cloud",
        page: "https://developer.genesys.cloud/authorization/platform-auth/use-client-credentials",
        known_by: &[
            "mypurecloud.com",
            "mypurecloud.ie",
            "mypurecloud.de",
            "mypurecloud.jp",
            "mypurecloud.com.au",
            "pure.cloud",
            "us-gov-pure.cloud",
            "eusc-pure.cloud",
        ],
        with_secret: ClientAuth::SecretBasicRaw,
        errors: errors::GENESYS_CLOUD,
        ..GENERIC
    },
    Preset {
        name: "keycloak",
        title: "Keycloak",
        page: "https://www.keycloak.org/securing-apps/oidc-layers",
        known_by: &["/protocol/openid-connect/token"],
        token_url: "https://{host}/realms/{tenant}/protocol/openid-connect/token",
        tenant_meaning: "the realm",
        ..GENERIC
    },
    // Form-encoding never changes a client's id but may change its secret, so send both in the body, as Entra documents.
    Preset {
        name: "entra",
        title: "Microsoft Entra",
        page: "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow",
        known_by: &["login.microsoftonline.com", "login.microsoftonline.us"],
        token_url: "https://{host}/{tenant}/oauth2/v2.0/token",
        host: "login.microsoftonline.com",
        tenant_meaning: "the directory's id or domain",
        with_secret: ClientAuth::SecretPost,
        errors: errors::ENTRA,
        ..GENERIC
    },
    Preset {
        name: "okta",
        title: "Okta",
        page: "https://developer.okta.com/docs/reference/error-codes/",
        known_by: &["okta.com", "oktapreview.com", "okta-emea.com"],
        token_url: "https://{host}/oauth2/{tenant}/v1/token",
        tenant: "default",
        ..GENERIC
    },
    Preset {
        name: "auth0",
        title: "Auth0",
        page: "https://auth0.com/docs/fine-grained-m2m-token-quotas",
        known_by: &["auth0.com"],
        token_url: "https://{host}/oauth/token",
        with_secret: ClientAuth::SecretPost,
        errors: errors::AUTH0,
        ..GENERIC
    },
    // A service account: `private_key` is its key file, scopes are a claim of the assertion, a subject is a user to act
    // for.
    Preset {
        name: "google",
        title: "Google",
        page: "https://developers.google.com/identity/protocols/oauth2/service-account",
        known_by: &["oauth2.googleapis.com"],
        token_url: "https://{host}/token",
        host: "oauth2.googleapis.com",
        grant: "jwt_bearer",
        with_secret: ClientAuth::SecretPost,
        subject: Subject::Omitted,
        scope_in_assertion: true,
        ..GENERIC
    },
    // The audience is the login host, the subject a user name.
    Preset {
        name: "salesforce",
        title: "Salesforce",
        page: "https://help.salesforce.com/s/articleView?id=000381578&language=en_US&type=1",
        known_by: &["salesforce.com"],
        token_url: "https://{host}/services/oauth2/token",
        host: "login.salesforce.com",
        with_secret: ClientAuth::SecretPost,
        assertion_audience: "https://{host}",
        subject: Subject::Required,
        errors: errors::SALESFORCE,
        ..GENERIC
    },
    // A new token may end the one before.
    Preset {
        name: "zoom",
        title: "Zoom",
        page: "https://developers.zoom.us/docs/integrations/oauth-error-messages/",
        known_by: &["zoom.us"],
        token_url: "https://{host}/oauth/token",
        host: "zoom.us",
        defaults: &[("grant_type", "account_credentials")],
        requires: &[Required {
            key: "token_param.account_id",
            label: "Account ID",
            meaning: "the account's id",
        }],
        ..GENERIC
    },
    Preset {
        name: "ibm_iam",
        title: "IBM Cloud IAM",
        page: "https://cloud.ibm.com/apidocs/iam-identity-token-api",
        known_by: &["iam.cloud.ibm.com"],
        token_url: "https://{host}/identity/token",
        host: "iam.cloud.ibm.com",
        defaults: &[("grant_type", "urn:ibm:params:oauth:grant-type:apikey")],
        requires: &[Required { key: "token_param.apikey", label: "API key", meaning: "the API key" }],
        errors: errors::IBM_IAM,
        ..GENERIC
    },
    // The type of its tokens is `Application Access Token`.
    Preset {
        name: "ebay",
        title: "eBay",
        page: "https://developer.ebay.com/api-docs/static/oauth-client-credentials-grant.html",
        known_by: &["ebay.com"],
        token_url: "https://{host}/identity/v1/oauth2/token",
        host: "api.ebay.com",
        ..GENERIC
    },
    Preset {
        name: "slack",
        title: "Slack",
        page: "https://docs.slack.dev/reference/methods/oauth.v2.access",
        known_by: &["slack.com"],
        token_url: "https://{host}/api/oauth.v2.access",
        host: "slack.com",
        grant: "refresh_token",
        errors: errors::SLACK,
        ..GENERIC
    },
    Preset {
        name: "shopify",
        title: "Shopify",
        page: "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant",
        known_by: &["myshopify.com"],
        token_url: "https://{host}/admin/oauth/access_token",
        with_secret: ClientAuth::SecretPost,
        defaults: &[("token_name", "X-Shopify-Access-Token")],
        errors: errors::SHOPIFY,
        ..GENERIC
    },
    // No OAuth: a JWT of the app, made elsewhere, is exchanged for a token of an installation.
    Preset {
        name: "github_app",
        title: "GitHub App",
        page: "https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app",
        known_by: &["/access_tokens"],
        token_url: "https://{host}/app/installations/{tenant}/access_tokens",
        host: "api.github.com",
        tenant_meaning: "the installation's id",
        grant: "login",
        defaults: &[("token_field", "token"), ("lifetime_field", "expires_at"), ("lifetime_unit", "date")],
        requires: &[Required {
            key: "token_header.Authorization",
            label: "JWT of the app",
            meaning: "Bearer and the JWT of the app",
        }],
        errors: errors::GITHUB_APP,
        ..GENERIC
    },
    Preset {
        name: "atlassian",
        title: "Atlassian",
        page: "https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/",
        known_by: &["auth.atlassian.com"],
        token_url: "https://{host}/oauth/token",
        host: "auth.atlassian.com",
        with_secret: ClientAuth::SecretPost,
        errors: errors::ATLASSIAN,
        ..GENERIC
    },
    Preset {
        name: "microsoft_graph",
        title: "Microsoft Graph",
        page: "https://learn.microsoft.com/en-us/graph/auth-v2-service",
        token_url: "https://{host}/{tenant}/oauth2/v2.0/token",
        host: "login.microsoftonline.com",
        tenant_meaning: "the directory's id or domain",
        with_secret: ClientAuth::SecretPost,
        defaults: &[("scope", "https://graph.microsoft.com/.default")],
        errors: errors::ENTRA,
        ..GENERIC
    },
    Preset {
        name: "cognito",
        title: "AWS Cognito",
        page: "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html",
        known_by: &["amazoncognito.com"],
        token_url: "https://{host}/oauth2/token",
        errors: errors::COGNITO,
        ..GENERIC
    },
    Preset {
        name: "xsuaa",
        title: "SAP XSUAA",
        page: "https://docs.cloudfoundry.org/api/uaa/index.html#token",
        known_by: &["hana.ondemand.com"],
        token_url: "https://{host}/oauth/token",
        ..GENERIC
    },
    Preset {
        name: "ping_federate",
        title: "PingFederate",
        page: "https://docs.pingidentity.com/pingfederate/latest/developers_reference_guide/pf_token_endpoint.html",
        known_by: &["/as/token.oauth2"],
        token_url: "https://{host}/as/token.oauth2",
        ..GENERIC
    },
    Preset {
        name: "servicenow",
        title: "ServiceNow",
        page: "https://support.servicenow.com/kb?id=kb_article_view&sysparm_article=KB0778194",
        known_by: &["service-now.com", "/oauth_token.do"],
        token_url: "https://{host}/oauth_token.do",
        with_secret: ClientAuth::SecretPost,
        errors: errors::SERVICENOW,
        ..GENERIC
    },
    // One active token for a key, user and scope: opaque ones are handed out again, JWTs end the one before.
    Preset {
        name: "wso2",
        title: "WSO2 API Manager",
        page: "https://apim.docs.wso2.com/en/4.4.0/design/api-security/oauth2/multiple-active-access-tokens/",
        token_url: "https://{host}/oauth2/token",
        errors: errors::WSO2,
        ..GENERIC
    },
    // The path of the token endpoint is the developer's choice. The type of its tokens is `BearerToken`.
    Preset {
        name: "apigee",
        title: "Apigee",
        page: "https://docs.apigee.com/api-monitoring/fault-codes",
        errors: errors::APIGEE,
        ..GENERIC
    },
    Preset {
        name: "zendesk",
        title: "Zendesk",
        page: "https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/",
        known_by: &["zendesk.com"],
        token_url: "https://{host}/oauth/tokens",
        with_secret: ClientAuth::SecretPost,
        ..GENERIC
    },
    Preset {
        name: "spotify",
        title: "Spotify",
        page: "https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow",
        known_by: &["accounts.spotify.com"],
        token_url: "https://{host}/api/token",
        host: "accounts.spotify.com",
        ..GENERIC
    },
    // Hands out one token for hours: fetching more often is what it limits.
    Preset {
        name: "paypal",
        title: "PayPal",
        page: "https://developer.paypal.com/api/rest/authentication/",
        known_by: &["paypal.com"],
        token_url: "https://{host}/v1/oauth2/token",
        host: "api-m.paypal.com",
        errors: errors::PAYPAL,
        ..GENERIC
    },
    Preset {
        name: "twilio",
        title: "Twilio",
        page: "https://www.twilio.com/docs/iam/oauth-apps/oauth-access-token",
        known_by: &["oauth.twilio.com"],
        token_url: "https://{host}/v2/token",
        host: "oauth.twilio.com",
        with_secret: ClientAuth::SecretPost,
        errors: errors::TWILIO,
        ..GENERIC
    },
];

/// Their names, for the settings table.
pub const NAMES: [&str; PRESETS.len()] = {
    let mut names = [""; PRESETS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = PRESETS[at].name;
        at += 1;
    }
    names
};

//! Whose token is minted, and the refresh token that comes with it.

use std::sync::Arc;

use super::family::{FamilyId, Refused};
use super::{Judge, Minted, Owner};
use crate::clock::Moment;
use crate::settings::{Grant, Settings};

/// Users of one client that are counted apart.
const USERS_KEPT: usize = 100_000;

/// A grant that the token endpoint accepted.
#[derive(Debug, Clone, Copy, Default)]
pub struct GrantRequest<'a> {
    /// The user who signed in.
    pub user: Option<&'a str>,
    /// The refresh token that was redeemed.
    pub redeemed: Option<&'a str>,
    /// The scopes it was granted.
    pub scope: &'a str,
    /// A fresh random text, for a refresh token if one is to be given.
    pub fresh: Option<&'a str>,
}

/// A refresh token was refused; counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshRefused;

impl Judge {
    /// Counts a token request by the grant it uses.
    pub fn count_grant(&mut self, id: &str, grant: Grant, user: Option<&str>) {
        let index = self.client(id);
        let client = &mut self.clients[index];
        match grant {
            Grant::ClientCredentials | Grant::AuthorizationCode | Grant::DeviceCode => {}
            Grant::Password => client.counts.password_requests += 1,
            Grant::RefreshToken => client.counts.refresh_requests += 1,
        }
        if let Some(user) = user
            && client.users.len() < USERS_KEPT
            && client.users.insert(user.into())
        {
            client.counts.users += 1;
        }
    }

    /// Redeems a refresh token if one was sent, and records the token minted now. Returns the refresh token that comes
    /// with it.
    ///
    /// # Errors
    /// The refresh token is not good.
    pub fn grant(
        &mut self,
        id: &str,
        token: &str,
        request: &GrantRequest<'_>,
        now: Moment,
        settings: &Settings,
    ) -> Result<(Minted, Option<Arc<str>>), RefreshRefused> {
        let client = self.client(id);
        let (family, owner) = match request.redeemed {
            Some(refresh) => {
                let (family, owner) = self.redeem(client, refresh, now, settings)?;
                (Some(family), owner)
            }
            None => (None, Owner { client, user: request.user.map(Arc::from) }),
        };
        let family = match (family, request.fresh.map(Arc::<str>::from)) {
            (Some(family), Some(fresh)) if settings.grants.rotate => {
                self.families.rotate(family, &fresh, now, settings);
                Some(family)
            }
            (None, Some(fresh)) => Some(self.families.begin(owner.clone(), &fresh, now, settings)),
            (family, _) => family,
        };
        let minted = self.record_token(owner, token, request.scope, now, settings);
        let refresh = family.map(|family| {
            if let Some((token, _)) = self.tokens.get_key_value(token) {
                self.families.minted(family, token);
            }
            self.families.current(family)
        });
        Ok((minted, refresh))
    }

    fn redeem(
        &mut self,
        client: usize,
        refresh: &str,
        now: Moment,
        settings: &Settings,
    ) -> Result<(FamilyId, Owner), RefreshRefused> {
        self.families.redeem(client, refresh, now, settings).map_err(|refused| {
            let counts = &mut self.clients[client].counts;
            counts.refresh_rejected += 1;
            counts.refresh_reused += u64::from(refused == Refused::Reused);
            let doomed = match refused {
                Refused::Reused => self.families.access_of_dead(refresh),
                Refused::Invalid => Vec::new(),
            };
            for token in doomed {
                if let Some(record) = self.tokens.get_mut(&token) {
                    record.killed = true;
                }
            }
            RefreshRefused
        })
    }

    /// Kills all refresh tokens of `id`, and returns how many did. Access tokens live on.
    pub fn revoke_refresh_tokens(&mut self, id: &str) -> usize {
        self.by_id.get(id).copied().map_or(0, |index| self.families.revoke(index))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cpu_wait::CpuWait;
    use crate::judge::{ApiVerdict, Notice, RequestTimes};

    fn at(seconds: u64) -> Moment {
        Duration::from_secs(seconds)
    }

    /// A judge, its settings, and short ways to ask it.
    struct Bench {
        judge: Judge,
        settings: Settings,
        minted: u32,
    }

    impl Bench {
        fn new(patch: serde_json::Value) -> Self {
            let mut settings = Settings::default();
            settings.patch(patch.as_object().unwrap()).unwrap();
            Self { judge: Judge::default(), settings, minted: 0 }
        }

        /// Mints `t1`, `t2`, ... with `r1`, `r2`, ...; tells the refresh token that came along.
        fn grant(&mut self, user: Option<&str>, redeemed: Option<&str>, now: u64) -> Option<String> {
            self.minted += 1;
            let (token, fresh) = (format!("t{}", self.minted), format!("r{}", self.minted));
            let request = GrantRequest { user, redeemed, scope: "", fresh: Some(&fresh) };
            let granted = self.judge.grant("demo", &token, &request, at(now), &self.settings);
            granted.ok().map(|(minted, refresh)| {
                self.judge.token_written(minted, Notice { given: at(now), cpu_wait: CpuWait::default() });
                refresh.unwrap().to_string()
            })
        }

        fn works(&mut self, token: &str, now: u64) -> bool {
            let header = format!("Bearer {token}");
            let times = RequestTimes::at_once(at(now));
            let verdict = self.judge.api_request(Some(&header), &times, CpuWait::default, &self.settings);
            matches!(verdict, ApiVerdict::Ok(..))
        }
    }

    #[test]
    fn a_refresh_token_is_rotated_and_the_old_one_refused() {
        let mut bench = Bench::new(serde_json::json!({}));
        assert_eq!(bench.grant(Some("ann"), None, 0).as_deref(), Some("r1"));
        assert_eq!(bench.grant(None, Some("r1"), 1).as_deref(), Some("r2"));
        assert_eq!(bench.grant(None, Some("r1"), 2), None);
        assert_eq!(bench.grant(None, Some("unheard-of"), 2), None);
        assert_eq!(
            bench.grant(None, Some("r2"), 3).as_deref(),
            Some("r5"),
            "a reuse kills nothing unless `reuse_revokes` is set"
        );
        let counts = bench.judge.counts().totals;
        assert_eq!((counts.refresh_rejected, counts.refresh_reused, counts.minted), (2, 1, 3));
    }

    #[test]
    fn without_rotation_the_same_one_goes_on() {
        let mut bench = Bench::new(serde_json::json!({ "rotate": false }));
        bench.grant(Some("ann"), None, 0);
        assert_eq!(bench.grant(None, Some("r1"), 1).as_deref(), Some("r1"));
        assert_eq!(bench.grant(None, Some("r1"), 2).as_deref(), Some("r1"));
    }

    #[test]
    fn a_reuse_kills_its_family_and_no_other() {
        let mut bench = Bench::new(serde_json::json!({ "reuse_revokes": true }));
        bench.grant(Some("ann"), None, 0);
        bench.grant(Some("bob"), None, 0);
        bench.grant(None, Some("r1"), 1);
        assert!(bench.works("t1", 1) && bench.works("t3", 1));
        assert_eq!(bench.grant(None, Some("r1"), 2), None);
        assert_eq!(bench.grant(None, Some("r3"), 3), None, "the newest one is dead too");
        assert!(!bench.works("t1", 3) && !bench.works("t3", 3), "and its access tokens");
        assert!(bench.works("t2", 3));
        assert!(bench.grant(None, Some("r2"), 3).is_some());
    }

    #[test]
    fn a_family_ends_by_age_by_use_and_by_revocation() {
        let mut old = Bench::new(serde_json::json!({ "refresh_lifetime": "10s" }));
        old.grant(Some("ann"), None, 0);
        assert!(old.grant(None, Some("r1"), 9).is_some());
        assert!(old.grant(None, Some("r2"), 19).is_none());
        let mut used = Bench::new(serde_json::json!({ "refresh_uses": 1, "rotate": false }));
        used.grant(Some("ann"), None, 0);
        assert!(used.grant(None, Some("r1"), 1).is_some());
        assert!(used.grant(None, Some("r1"), 2).is_none());
        let mut revoked = Bench::new(serde_json::json!({}));
        revoked.grant(Some("ann"), None, 0);
        assert_eq!(revoked.judge.revoke_refresh_tokens("demo"), 1);
        assert!(revoked.grant(None, Some("r1"), 1).is_none());
        assert!(revoked.works("t1", 1), "its access token lives on");
    }

    #[test]
    fn a_new_token_revokes_and_supersedes_those_of_its_own_user_only() {
        let mut bench = Bench::new(serde_json::json!({ "revoke_previous": true }));
        bench.grant(Some("ann"), None, 0);
        bench.grant(Some("bob"), None, 0);
        bench.grant(None, Some("r1"), 1);
        assert!(!bench.works("t1", 2) && bench.works("t2", 2) && bench.works("t3", 2));
        let counts = bench.judge.counts().totals;
        assert_eq!((counts.api_unauthorized_avoidable, counts.api_ok), (1, 2));
    }
}

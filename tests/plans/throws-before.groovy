// What scripts do about a setting that is not there. JMeter logs it and runs the sampler all the same.

throw new IllegalStateException('client_secret is not set')

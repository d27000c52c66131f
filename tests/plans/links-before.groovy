// What scripts do about a library that is not there. JMeter catches exceptions, not errors: the thread is gone.

throw new UnsatisfiedLinkError('no such library')

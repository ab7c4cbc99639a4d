package io.socketbridge.operator.reconcile;

import io.socketbridge.operator.identity.AuthorityNews;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Makes Events of what becomes of the authority. */
@ApplicationScoped
class AuthorityEvents {

    private final Events events;

    @Inject
    AuthorityEvents(Events events) {
        this.events = events;
    }

    void tell(@Observes AuthorityNews news) {
        events.authority(news);
    }
}

package io.socketbridge.operator.reconcile;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** As whom the operator writes. */
final class Ownership {

    static final String FIELD_MANAGER = "socketbridge";

    /** Server-side apply of what is ours, also where somebody else has meddled with it. */
    static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .build();

    private Ownership() {}
}

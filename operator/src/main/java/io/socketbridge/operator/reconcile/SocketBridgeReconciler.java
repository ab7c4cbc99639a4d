package io.socketbridge.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.socketbridge.api.v1alpha1.SocketBridge;

final class SocketBridgeReconciler implements Reconciler<SocketBridge> {

    @Override
    public UpdateControl<SocketBridge> reconcile(SocketBridge bridge, Context<SocketBridge> context) {
        return UpdateControl.noUpdate();
    }
}

package io.socketbridge.operator.inject;

import java.util.List;

/**
 * What is the same of the sidecar in every pod.
 *
 * @param image its image
 * @param controlUrls where it finds the operator, in the order in which it shall try
 */
public record SidecarTemplate(String image, List<String> controlUrls) {

    public SidecarTemplate {
        controlUrls = List.copyOf(controlUrls);
    }
}

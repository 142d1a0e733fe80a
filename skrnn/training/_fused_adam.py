"""Adam in one operation a weight, on TensorFlow."""

from functools import cache, partial

import keras
import tensorflow as tf


def fuse_adam(optimizer):
    """Have Adam update each variable by one operation, and tell whether it could.

    Keras writes the same formulas (Kingma and Ba, 2015) in a dozen, which take longer to compile
    and, for small variables, to run.
    """
    is_adam = type(optimizer).update_step is keras.optimizers.Adam.update_step
    if not is_adam or optimizer.amsgrad or optimizer.gradient_accumulation_steps:
        return False
    optimizer._backend_update_step = partial(_update_by_adam, optimizer)
    return True


def _update_by_adam(optimizer, gradients, variables, rate):
    @cache
    def share(kind):
        step = tf.cast(optimizer.iterations.value + 1, kind)
        beta_1, beta_2 = tf.constant(optimizer.beta_1, kind), tf.constant(optimizer.beta_2, kind)
        return {
            "beta1_power": tf.pow(beta_1, step),
            "beta2_power": tf.pow(beta_2, step),
            "lr": tf.cast(rate, kind),
            "beta1": beta_1,
            "beta2": beta_2,
            "epsilon": tf.constant(optimizer.epsilon, kind),
        }

    for gradient, variable in zip(gradients, variables, strict=True):
        place, kind = optimizer._get_variable_index(variable), variable.dtype
        slots = optimizer._momentums[place], optimizer._velocities[place]
        var, m, v = (part.value.handle for part in (variable, *slots))
        gradient = tf.cast(gradient, kind)
        tf.raw_ops.ResourceApplyAdam(var=var, m=m, v=v, grad=gradient, **share(kind))

# SPDX-License-Identifier: Apache-2.0
# Arm Cortex-M0, M0+ and M1: Armv6-M.

TRIPLE := armv6m-none-none-eabi
CPU := cortex-m0
FLOAT_ABI := -mfloat-abi=soft
CPU_LACKS := -fpregs
include ports/targets/cortex-m.mk

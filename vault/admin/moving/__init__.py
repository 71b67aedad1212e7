"""Leaving for another host: rows, chains and objects copied while this one serves, the switch, the erasure.

Spec chapter 12 for the two texts that pass between the hosts; ADR 0032 for the order of steps.
"""

"""The workbooks and documents we hand over, as trees and tables: pure, no files, no clock.

Each form has `build` (what to send) and, where people fill it in, `read` (what came back, from the
values of its named input cells).
"""
